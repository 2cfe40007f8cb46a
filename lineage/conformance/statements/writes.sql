-- INSERT with columns
insert into p.d.pairs (a, b) select id, customer_id from p.d.orders where ok
-- INSERT with values
insert into p.d.pairs (b, a) values (1, 2), ((select max(id) from p.d.orders), 3)
-- UPDATE from another table
update p.d.customers c set name = o.status, parent_id = c.parent_id + 1 from p.d.orders o where o.customer_id = c.id
-- MERGE
merge p.d.customers t using (select customer_id as k, max(status) as s from p.d.orders group by 1) x on t.id = x.k when matched and t.name is null then update set name = x.s when not matched then insert (id, name) values (k, s) when not matched by source then delete
-- CREATE TABLE AS
create or replace table p.d.made partition by day cluster by status as select id, status, day from p.d.orders
-- CREATE VIEW
create view p.d.made_view as select id, addr.city as city from p.d.orders
-- CREATE VIEW with its own names
create view p.d.made_view (k, v) as select id, status from p.d.orders
-- a function made by the statement before
create temp function twice(x int64) as (x * 2); select twice(id) as t from p.d.orders
-- MERGE with INSERT ROW goes by position
merge p.d.pairs t using (select customer_id as b, id as a from p.d.orders) s on t.a = s.a when not matched then insert row
-- MERGE with INSERT of listed columns and ROW
merge p.d.customers t using (select status, id from p.d.orders) s on t.id = s.id when not matched then insert (name, parent_id) row
-- UPDATE of a table whose alias is called like a column
update p.d.pairs a set a.b = a.a where a.a > 1
-- MERGE into a table whose alias is called like a column
merge p.d.pairs a using p.d.sales s on true when matched then update set a.b = s.amount
-- UPDATE of fields
update p.d.customers addr set addr.addr.zip = name, name = email where true
