with source as (

    select * from `medical-lake`.`salesforce_raw`.`Account`

),

renamed as (

    select
        Id as account_id,
        Name as account_name,
        Type as account_type,
        Phone as phone_number,
        BillingState as billing_prefecture,
        BillingCity as billing_city,
        NumberOfEmployees as employee_count,
        Contract_Status__c as contract_status,
        Contract_Start_Date__c as contract_started_on,
        Account_Rank__c as account_rank,
        Fee_Rate__c / 100 as fee_rate,
        Total_Beds__c as total_beds,
        Sales_Area__c as sales_area,
        CreatedDate as created_at,
        SystemModstamp as updated_at
    from source
    where not IsDeleted

)

select * from renamed