with source as (

    select * from {{ source('salesforce', 'JobOffer__c') }}

),

renamed as (

    select
        Id as job_offer_id,
        Name as job_offer_number,
        Facility__c as facility_id,
        Title__c as title,
        Profession__c as profession,
        Employment_Type__c as employment_type,
        Salary_Type__c as salary_type,
        Salary_Min__c as salary_min,
        Salary_Max__c as salary_max,
        Annual_Salary_Min__c as annual_salary_min,
        Status__c as status,
        Published_At__c as published_at,
        Expires_On__c as expires_on,
        Working_Hours__c as working_hours,
        Night_Shift_Count__c as night_shifts_per_month,
        Holidays_Per_Year__c as holidays_per_year,
        coalesce(Required_Experience_Years__c, 0) as required_experience_years,
        Department__c as department,
        Description__c as description,
        Dormitory_Available__c as has_dormitory,
        Priority__c as priority,
        External_Code__c as external_code,
        CreatedDate as created_at,
        SystemModstamp as updated_at
    from source
    where not IsDeleted

)

select * from renamed
