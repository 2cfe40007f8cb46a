select upper(prefecture) as prefecture, count(*) as n
from mart_shared.mart_facilities
group by prefecture
