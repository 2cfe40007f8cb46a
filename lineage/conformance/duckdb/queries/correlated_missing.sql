select f.facility_id
from mart_shared.mart_facilities as f
where f.account_id in (select account_id from reference.prefectures) and Emergency_Level__c is not null
