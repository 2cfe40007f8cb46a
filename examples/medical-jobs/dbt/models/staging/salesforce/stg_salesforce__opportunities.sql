with source as (

    select * from {{ source('salesforce', 'Opportunity') }}

),

renamed as (

    select
        Id as opportunity_id,
        Name as opportunity_name,
        AccountId as account_id,
        JobOffer__c as job_offer_id,
        JobSeeker__c as job_seeker_id,
        StageName as stage_name,
        Placement_Type__c as placement_type,
        Amount as amount,
        Fee_Amount__c as fee_amount,
        Net_Fee_Amount__c as net_fee_amount,
        CloseDate as closed_on,
        Expected_Start_Date__c as expected_start_on,
        IsWon as is_won,
        IsClosed as is_closed,
        Lost_Reason__c as lost_reason,
        SystemModstamp as updated_at
    from source
    where not IsDeleted

)

select * from renamed
