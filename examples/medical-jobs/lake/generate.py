#!/usr/bin/env python3
"""Writes the raw Salesforce rows of the example as one CSV per object.

Everything is invented and comes from one seed, so a second run writes the
same bytes. Formula and roll-up fields are computed here as Salesforce would.
"""

import csv
import datetime as dt
import pathlib
import random

HERE = pathlib.Path(__file__).parent
TODAY = dt.date(2026, 6, 30)
RANDOM = random.Random(20260630)

PREFECTURES = {
    "北海道": ["札幌市中央区", "旭川市"],
    "宮城県": ["仙台市青葉区"],
    "東京都": ["新宿区", "世田谷区", "八王子市"],
    "神奈川県": ["横浜市西区", "川崎市中原区"],
    "千葉県": ["船橋市"],
    "埼玉県": ["さいたま市大宮区"],
    "愛知県": ["名古屋市中区"],
    "京都府": ["京都市左京区"],
    "大阪府": ["大阪市北区", "堺市堺区"],
    "兵庫県": ["神戸市中央区"],
    "広島県": ["広島市南区"],
    "福岡県": ["福岡市博多区", "北九州市小倉北区"],
}
AREAS = {"北海道": "東日本", "宮城県": "東日本", "東京都": "東日本", "神奈川県": "東日本", "千葉県": "東日本",
         "埼玉県": "東日本", "愛知県": "中日本", "京都府": "中日本"}
PROFESSIONS = ["医師", "看護師", "准看護師", "助産師", "薬剤師"]
FAMILY = [("青葉", "アオバ"), ("白鳥", "シラトリ"), ("若松", "ワカマツ"), ("小倉", "オグラ"), ("朝倉", "アサクラ"),
          ("水原", "ミズハラ"), ("𠮷岡", "ヨシオカ"), ("早瀬", "ハヤセ"), ("月島", "ツキシマ"), ("深川", "フカガワ"),
          ("橘", "タチバナ"), ("望月", "モチヅキ")]
GIVEN = [("花", "ハナ"), ("湊", "ミナト"), ("葵", "アオイ"), ("蓮", "レン"), ("さくら", "サクラ"), ("大和", "ヤマト"),
         ("美咲", "ミサキ"), ("樹", "イツキ"), ("結衣", "ユイ"), ("健太", "ケンタ")]
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def record_id(prefix, body):
    """The 18-character form of a record's 15-character, case-sensitive id."""
    short = f"{prefix}5g{body:0>10}"
    suffix = ""
    for block in (short[0:5], short[5:10], short[10:15]):
        suffix += ALPHABET[sum(1 << i for i, c in enumerate(block) if "A" <= c <= "Z")]
    return short + suffix


def ids(prefix, count):
    # Two neighbours differ in case only, as happens in every real org.
    bodies = []
    for i in range(count):
        bodies.append(f"000{'Kk'[i % 2]}{i // 2:03d}{'Qq'[i // 2 % 2]}A")
    return [record_id(prefix, body) for body in bodies]


def pick(values, weights=None):
    return RANDOM.choices(values, weights)[0]


def chance(p):
    return RANDOM.random() < p


def some(value, p=0.8):
    """The value, or nothing, for fields that people do not always fill."""
    return value if chance(p) else None


def day(first, last):
    return first + dt.timedelta(days=RANDOM.randrange((last - first).days + 1))


def moment(first, last):
    return dt.datetime.combine(day(first, last), dt.time(RANDOM.randrange(24), RANDOM.randrange(60), RANDOM.randrange(60)))


def system(created, deleted=False):
    changed = min(created + dt.timedelta(days=RANDOM.randrange(60), minutes=RANDOM.randrange(600)),
                  dt.datetime(2026, 6, 30, 5))
    changed = max(changed, created)
    return {"CreatedDate": created, "LastModifiedDate": changed, "SystemModstamp": changed, "IsDeleted": deleted}


def person():
    family, given = pick(FAMILY), pick(GIVEN)
    return family[0], given[0], family[1], given[1]


def main():
    accounts, contacts, facilities, offers, seekers, applications, interviews, deals = ([] for _ in range(8))

    words = ["あおぞら", "みなと", "すずらん", "ひまわり", "しらかば", "こもれび", "せせらぎ", "あさひ", "やまびこ", "なぎさ",
             "けやき", "つばさ", "ほほえみ", "にじいろ", "ゆうあい", "まごころ", "はるかぜ", "わかば", "さざなみ", "たんぽぽ"]
    owners = ids("005", 4)
    for i, account_id in enumerate(ids("001", 20)):
        prefecture = pick(list(PREFECTURES))
        status = pick(["見込み", "契約中", "更新交渉中", "解約"], [2, 12, 2, 2]) if i > 3 else "契約中"
        contracted = status in ("契約中", "更新交渉中")
        accounts.append({
            "Id": account_id, "Name": f"{pick(['医療法人', '医療法人社団', '社会福祉法人'])}{words[i]}会", "Type": "医療機関",
            "Phone": f"0{RANDOM.randrange(10, 99)}-0000-{RANDOM.randrange(1000, 9999)}",
            "BillingPostalCode": f"{RANDOM.randrange(100, 999)}-0000", "BillingState": prefecture,
            "BillingCity": pick(PREFECTURES[prefecture]), "NumberOfEmployees": some(RANDOM.randrange(20, 1800)),
            "OwnerId": pick(owners),
            "Corporate_Number__c": f"{RANDOM.randrange(1, 9)}0000{RANDOM.randrange(10**8):08d}" if contracted else None,
            "Contract_Status__c": status,
            "Contract_Start_Date__c": day(dt.date(2021, 4, 1), dt.date(2025, 10, 1)) if contracted else None,
            "Account_Rank__c": pick(["A", "B", "C"], [2, 4, 3]),
            "Fee_Rate__c": pick([20, 22.5, 25, 30]), "Total_Beds__c": 0,
            "Sales_Area__c": AREAS.get(prefecture, "西日本"),
            **system(moment(dt.date(2021, 1, 1), dt.date(2025, 6, 1)), deleted=i == 19),
        })

    departments = ["内科", "外科", "小児科", "整形外科", "産婦人科", "精神科", "皮膚科", "救急科"]
    for i, facility_id in enumerate(ids("a01", 36)):
        account = accounts[i % 18]
        prefecture = pick(list(PREFECTURES))
        kind = pick(["病院", "クリニック", "介護施設", "薬局", "訪問看護ステーション"], [9, 6, 3, 2, 2])
        beds = {"病院": RANDOM.randrange(60, 520), "クリニック": pick([0, 0, 12, 19]), "介護施設": RANDOM.randrange(20, 100)}.get(kind)
        name = account["Name"].split("会")[0].replace("医療法人社団", "").replace("医療法人", "").replace("社会福祉法人", "")
        facilities.append({
            "Id": facility_id, "Name": f"{name}{kind}{'' if i < 18 else '分院'}", "Account__c": account["Id"],
            "Facility_Type__c": kind, "Prefecture__c": prefecture, "City__c": pick(PREFECTURES[prefecture]),
            "Postal_Code__c": f"{RANDOM.randrange(100, 999)}-0000",
            "Street_Address__c": f"{RANDOM.randrange(1, 9)}-{RANDOM.randrange(1, 30)}-{RANDOM.randrange(1, 20)}",
            "Nearest_Station__c": some(pick(["中央", "東", "西", "本町", "公園前", "病院前"]) + "駅"),
            "Walk_Minutes__c": some(RANDOM.randrange(2, 25)), "Bed_Count__c": beds,
            "Departments__c": ";".join(sorted(RANDOM.sample(departments, RANDOM.randrange(1, 4)))) if kind in ("病院", "クリニック") else None,
            "Emergency_Level__c": pick(["二次救急", "一次救急", "三次救急", "なし"]) if kind == "病院" else None,
            "Parking_Spaces__c": some(RANDOM.randrange(0, 200)), "Nursery_Available__c": chance(0.4),
            "Electronic_Chart__c": pick(["カルテA", "カルテB", "紙カルテ"]) if kind == "病院" else some("カルテC", 0.5),
            "Website_URL__c": some(f"https://facility-{i + 1:03d}.example/"),
            "Opened_On__c": day(dt.date(1970, 4, 1), dt.date(2023, 4, 1)), "Is_Published__c": chance(0.85),
            "Open_Job_Count__c": 0, "Publishable__c": False, "Internal_Note__c": some("担当変更の予定あり。\n要確認", 0.2),
            **system(moment(dt.date(2021, 6, 1), dt.date(2025, 9, 1)), deleted=i == 35),
        })
        facilities[-1]["Publishable__c"] = facilities[-1]["Is_Published__c"] and account["Contract_Status__c"] == "契約中"
        account["Total_Beds__c"] += beds or 0

    roles = ["採用責任者", "採用担当", "看護部長", "事務長", "院長"]
    for i, contact_id in enumerate(ids("003", 40)):
        facility = facilities[i % 34]
        family, given, _, _ = person()
        contacts.append({
            "Id": contact_id, "AccountId": facility["Account__c"], "LastName": family, "FirstName": given,
            "Email": f"Saiyo{i + 1:02d}@facility-{i % 34 + 1:03d}.example", "Phone": f"03-0000-{RANDOM.randrange(1000, 9999)}",
            "Title": pick(["課長", "部長", "主任", "院長"]), "Department": pick(["総務課", "人事課", "看護部"]),
            "Facility__c": some(facility["Id"], 0.95), "Contact_Role__c": pick(roles), "Is_Decision_Maker__c": chance(0.4),
            "Preferred_Contact_Time__c": some(pick(["午前", "14時〜16時", "夕方"]), 0.5), "Newsletter_Opt_In__c": chance(0.5),
            "Last_Contacted_On__c": some(day(dt.date(2026, 1, 5), dt.date(2026, 6, 29))),
            **system(moment(dt.date(2022, 1, 1), dt.date(2026, 3, 1))),
        })

    titles = {"医師": "常勤医師（{}）", "看護師": "{}の看護師", "准看護師": "{}の准看護師", "助産師": "助産師（{}）", "薬剤師": "薬剤師（{}）"}
    for i, offer_id in enumerate(ids("a02", 60)):
        facility = facilities[RANDOM.randrange(35)]
        account = next(a for a in accounts if a["Id"] == facility["Account__c"])
        profession = pick(PROFESSIONS, [4, 8, 2, 2, 3])
        employment = pick(["常勤", "非常勤", "スポット"], [6, 2, 1])
        kind = {"常勤": "年俸" if profession == "医師" else "月給"}.get(employment, "時給")
        low = {"年俸": RANDOM.randrange(900, 1800, 50) * 10000, "月給": RANDOM.randrange(210, 380, 5) * 1000,
               "時給": (RANDOM.randrange(80, 120, 5) if profession == "医師" else RANDOM.randrange(15, 26)) * 100}[kind]
        status = pick(["公開", "下書き", "停止", "充足"], [12, 2, 2, 3])
        if not facility["Is_Published__c"] and status == "公開":
            status = "停止"
        department = some(pick(departments))
        created = moment(dt.date(2025, 4, 1), dt.date(2026, 5, 31))
        offers.append({
            "Id": offer_id, "Name": f"JO-{i + 1:05d}", "Facility__c": facility["Id"],
            "Title__c": titles[profession].format(department or facility["Facility_Type__c"]), "Profession__c": profession,
            "Employment_Type__c": employment, "Salary_Type__c": kind, "Salary_Min__c": low,
            "Salary_Max__c": some(round(low * pick([1, 1.2, 1.35, 1.5]), -2), 0.7),
            "Annual_Salary_Min__c": low * {"年俸": 1, "月給": 12, "時給": 8 * 245}[kind],
            "Status__c": status, "Published_At__c": created + dt.timedelta(days=2) if status != "下書き" else None,
            "Expires_On__c": day(dt.date(2026, 6, 1), dt.date(2027, 3, 31)),
            "Working_Hours__c": pick(["8:30〜17:30", "9:00〜18:00", "二交替制", "三交替制"]),
            "Night_Shift_Count__c": some(RANDOM.randrange(0, 9), 0.6), "Holidays_Per_Year__c": some(RANDOM.randrange(105, 131)),
            "Required_Experience_Years__c": some(pick([0, 1, 3, 5]), 0.7), "Department__c": department,
            "Description__c": some(pick(["ブランクのある方も歓迎します。", "教育体制が整っています。\n見学できます。", "「働きやすさ」を大切にしています, 残業は少なめです。"])),
            "Dormitory_Available__c": chance(0.3), "Priority__c": pick(["高", "中", "低"], [1, 3, 2]),
            "Headcount__c": RANDOM.randrange(1, 5), "External_Code__c": some(f"EXT-{i + 1:04d}", 0.6),
            "Application_Count__c": 0, "Facility_Prefecture__c": facility["Prefecture__c"],
            "Account_Rank__c": account["Account_Rank__c"], "Internal_Memo__c": some("先方の返事待ち", 0.2),
            **system(created, deleted=i == 59),
        })
        if status == "公開":
            facility["Open_Job_Count__c"] += 1

    for i, seeker_id in enumerate(ids("a03", 50)):
        family, given, family_kana, given_kana = person()
        profession = pick(PROFESSIONS, [4, 8, 2, 2, 3])
        licensed = day(dt.date(1995, 4, 1), dt.date(2025, 4, 1))
        registered = moment(dt.date(2025, 6, 1), dt.date(2026, 6, 28))
        address = f"seeker{i + 1:03d}@mail.example"
        if i in (47, 48):  # the same person again, typed differently
            address = f" Seeker{i - 39:03d}@Mail.example"
        home = pick(list(PREFECTURES))
        seekers.append({
            "Id": seeker_id, "Name": f"JS-{i + 1:05d}", "Last_Name__c": family, "First_Name__c": given,
            "Last_Name_Kana__c": family_kana, "First_Name_Kana__c": given_kana, "Email__c": address,
            "Phone__c": f"090-0000-{RANDOM.randrange(1000, 9999)}",
            "Birth_Date__c": licensed - dt.timedelta(days=365 * RANDOM.randrange(21, 30)), "Profession__c": profession,
            "License_Number__c": f"{RANDOM.randrange(100000, 999999)}" if profession == "医師" else some(f"{RANDOM.randrange(100000, 999999)}", 0.7),
            "License_Acquired_On__c": licensed, "Experience_Years__c": int((TODAY - licensed).days / 365.25),
            "Prefecture__c": home,
            "Desired_Prefectures__c": ";".join(dict.fromkeys([home] + RANDOM.sample(list(PREFECTURES), RANDOM.randrange(0, 3)))),
            "Desired_Salary__c": some(RANDOM.randrange(350, 1600, 25) * 10000),
            "Desired_Employment_Type__c": pick(["常勤", "非常勤", "スポット"], [6, 2, 1]), "Registered_At__c": registered,
            "Registration_Source__c": pick(["Web", "紹介", "電話", "イベント"], [6, 2, 1, 1]),
            "Status__c": pick(["新規", "活動中", "内定", "入職済み", "休止"], [3, 8, 2, 2, 2]),
            "Privacy_Consent_At__c": some(registered + dt.timedelta(minutes=3), 0.95), "Is_Test_Record__c": i in (0, 25),
            **system(registered, deleted=i == 49),
        })

    stages = ["応募", "書類選考", "面接", "内定", "入職", "辞退", "不採用"]
    channels = ["求人サイト", "担当者提案", "スカウト", "電話"]
    live_offers = [offer for offer in offers if offer["Status__c"] != "下書き" and not offer["IsDeleted"]]
    for i, application_id in enumerate(ids("a04", 60)):
        offer, seeker = pick(live_offers), seekers[RANDOM.randrange(49)]
        stage = pick(stages, [3, 3, 4, 2, 4, 2, 3])
        applied = moment(dt.date(2025, 9, 1), dt.date(2026, 6, 25))
        salary = None
        if stage in ("内定", "入職"):
            salary = offer["Annual_Salary_Min__c"] + RANDOM.randrange(0, 20) * 50000
        applications.append({
            "Id": application_id, "Name": f"AP-{i + 1:06d}", "JobOffer__c": offer["Id"], "JobSeeker__c": seeker["Id"],
            "Stage__c": stage, "Applied_At__c": applied, "Stage_Changed_At__c": applied + dt.timedelta(days=RANDOM.randrange(1, 5)),
            "Channel__c": pick(channels, [6, 3, 2, 1]),
            "Rejection_Reason__c": pick(["条件不一致", "経験不足", "他社決定", "本人都合"]) if stage in ("辞退", "不採用") else None,
            "Offered_Salary__c": salary,
            "Expected_Start_Date__c": day(dt.date(2026, 7, 1), dt.date(2026, 12, 1)) if salary else None,
            "Is_Duplicate__c": i % 20 == 7, "Consultant_Comment__c": some("本人の希望は日勤のみ。", 0.3),
            "Seeker_Prefecture__c": seeker["Prefecture__c"],
            "Salary_Gap__c": salary - (seeker["Desired_Salary__c"] or 0) if salary else None,
            **system(applied, deleted=i == 58),
        })
        if not applications[-1]["Is_Duplicate__c"]:
            offer["Application_Count__c"] += 1

    interviewed = [a for a in applications if a["Stage__c"] in ("面接", "内定", "入職", "不採用")]
    for i, interview_id in enumerate(ids("a05", 44)):
        application = interviewed[i % len(interviewed)]
        number = i // len(interviewed) + 1
        result = pick(["通過", "不合格", "キャンセル", "予定"], [6, 2, 1, 2])
        style = pick(["対面", "オンライン"])
        interviews.append({
            "Id": interview_id, "Name": f"IV-{i + 1:06d}", "Application__c": application["Id"],
            "Interview_At__c": application["Applied_At__c"] + dt.timedelta(days=7 * number), "Round__c": number, "Format__c": style,
            "Result__c": result, "Score__c": RANDOM.randrange(1, 6) if result in ("通過", "不合格") else None,
            "Interviewer_Name__c": some(person()[0]), "Duration_Minutes__c": pick([30, 45, 60]),
            "Feedback__c": some("受け答えが丁寧。", 0.4), "Meeting_URL__c": f"https://meet.example/{i + 1}" if style == "オンライン" else None,
            "Passed_Flag__c": result == "通過", **system(application["Applied_At__c"] + dt.timedelta(days=3)),
        })

    hired = [a for a in applications if a["Stage__c"] == "入職"]
    for i, deal_id in enumerate(ids("006", 36)):
        won = i < len(hired)
        application = hired[i] if won else pick(applications)
        offer = next(o for o in offers if o["Id"] == application["JobOffer__c"])
        facility = next(f for f in facilities if f["Id"] == offer["Facility__c"])
        account = next(a for a in accounts if a["Id"] == facility["Account__c"])
        amount = application["Offered_Salary__c"] or offer["Annual_Salary_Min__c"]
        discount = some(pick([5, 10]), 0.2)
        stage = "Closed Won" if won else pick(["Closed Lost", "Negotiation/Review", "Proposal/Price Quote"])
        fee = amount * account["Fee_Rate__c"] / 100
        deals.append({
            "Id": deal_id, "Name": f"{account['Name']} {offer['Profession__c']}", "AccountId": account["Id"], "StageName": stage,
            "Amount": amount, "CloseDate": day(dt.date(2026, 1, 10), dt.date(2026, 9, 30)), "IsWon": won,
            "IsClosed": stage.startswith("Closed"), "LeadSource": pick(["Web", "電話", "紹介"]), "OwnerId": account["OwnerId"],
            "JobOffer__c": offer["Id"], "JobSeeker__c": application["JobSeeker__c"],
            "Placement_Type__c": {"常勤": "常勤紹介", "非常勤": "非常勤紹介"}.get(offer["Employment_Type__c"], "スポット紹介"),
            "Expected_Start_Date__c": application["Expected_Start_Date__c"], "Fee_Amount__c": fee, "Discount_Rate__c": discount,
            "Net_Fee_Amount__c": fee * (1 - (discount or 0) / 100),
            "Lost_Reason__c": pick(["条件不一致", "他社決定", "求人充足", "連絡不通"]) if stage == "Closed Lost" else None,
            **system(application["Applied_At__c"]),
        })

    for name, rows in {"Account": accounts, "Contact": contacts, "Opportunity": deals, "Facility__c": facilities,
                       "JobOffer__c": offers, "JobSeeker__c": seekers, "Application__c": applications,
                       "Interview__c": interviews}.items():
        with open(HERE / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(rows[0])
            writer.writerows([text(value) for value in row.values()] for row in rows)


def text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


if __name__ == "__main__":
    main()
