with source as (

    select * from `medical-lake`.`salesforce_raw`.`JobSeeker__c`

),

renamed as (

    select
        Id as job_seeker_id,
        Name as job_seeker_number,
        Last_Name__c || ' ' || First_Name__c as full_name,
        Last_Name_Kana__c || ' ' || First_Name_Kana__c as full_name_kana,
        lower(trim(Email__c)) as email,
        Phone__c as phone_number,
        Birth_Date__c as birth_date,
        Profession__c as profession,
        License_Number__c as license_number,
        License_Acquired_On__c as license_acquired_on,
        Experience_Years__c as experience_years,
        Prefecture__c as prefecture,
        Desired_Prefectures__c as desired_prefectures,
        Desired_Salary__c as desired_salary,
        Desired_Employment_Type__c as desired_employment_type,
        Registered_At__c as registered_at,
        Registration_Source__c as registration_source,
        Status__c as status,
        Privacy_Consent_At__c as privacy_consent_at,
        Is_Test_Record__c as is_test_record,
        SystemModstamp as updated_at
    from source
    where not IsDeleted

)

select * from renamed