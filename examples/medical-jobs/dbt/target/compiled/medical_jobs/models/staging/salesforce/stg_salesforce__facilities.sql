with source as (

    select * from `medical-lake`.`salesforce_raw`.`Facility__c`

),

renamed as (

    -- Attributes are added to the object often, so all that is not renamed
    -- here passes through under its API name.
    select
        Id as facility_id,
        Name as facility_name,
        Account__c as account_id,
        Facility_Type__c as facility_type,
        Prefecture__c as prefecture,
        City__c as city,
        Postal_Code__c as postal_code,
        Street_Address__c as street_address,
        Bed_Count__c as bed_count,
        SystemModstamp as updated_at,
        * except (Id, Name, Account__c, Facility_Type__c, Prefecture__c, City__c, Postal_Code__c, Street_Address__c, Bed_Count__c, Internal_Note__c, CreatedDate, LastModifiedDate, SystemModstamp, IsDeleted)
    from source
    where not IsDeleted

)

select * from renamed