with f as materialized (select facility_id as id, prefecture from mart_shared.mart_facilities),
     g as not materialized (select id, count(*) over (partition by prefecture) as peers from f)
select g.id, g.peers, f.prefecture from g join f using (id) where g.peers > 1
