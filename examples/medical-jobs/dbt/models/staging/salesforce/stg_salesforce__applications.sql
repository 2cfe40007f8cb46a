with source as (

    select * from {{ source('salesforce', 'Application__c') }}

),

renamed as (

    select
        Id as application_id,
        Name as application_number,
        JobOffer__c as job_offer_id,
        JobSeeker__c as job_seeker_id,
        Stage__c as stage,
        Applied_At__c as applied_at,
        {{ date_in_japan("Applied_At__c") }} as applied_on,
        Stage_Changed_At__c as stage_changed_at,
        Channel__c as channel,
        Rejection_Reason__c as rejection_reason,
        Offered_Salary__c as offered_salary,
        Salary_Gap__c as salary_gap,
        Expected_Start_Date__c as expected_start_on,
        Seeker_Prefecture__c as seeker_prefecture,
        SystemModstamp as updated_at
    from source
    where not IsDeleted
        and not Is_Duplicate__c

)

select * from renamed
