with source as (

    select * from {{ source('salesforce', 'Contact') }}

),

renamed as (

    select
        Id as contact_id,
        AccountId as account_id,
        Facility__c as facility_id,
        {{ dbt.concat(["LastName", "' '", "FirstName"]) }} as contact_name,
        lower(Email) as email,
        Phone as phone_number,
        Title as job_title,
        Contact_Role__c as contact_role,
        Is_Decision_Maker__c as is_decision_maker,
        Newsletter_Opt_In__c as is_newsletter_subscriber,
        Last_Contacted_On__c as last_contacted_on,
        SystemModstamp as updated_at
    from source
    where not IsDeleted

)

select * from renamed
