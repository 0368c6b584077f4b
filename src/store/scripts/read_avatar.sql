-- read_avatar: a picture by its name, for anybody; no row when there is none.
-- reads
-- in: avatar_hash text
-- out: data bytes
SELECT v.data AS data FROM avatar v WHERE v.hash = :avatar_hash;
