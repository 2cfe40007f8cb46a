with source as (

    select * from {{ source('salesforce', 'Interview__c') }}

),

renamed as (

    select
        Id as interview_id,
        Application__c as application_id,
        Interview_At__c as interview_at,
        Round__c as interview_round,
        Format__c as interview_format,
        Result__c as result,
        Score__c as score,
        Interviewer_Name__c as interviewer_name,
        Duration_Minutes__c as duration_minutes,
        Passed_Flag__c as is_passed,
        SystemModstamp as updated_at
    from source
    where not IsDeleted

)

select * from renamed
