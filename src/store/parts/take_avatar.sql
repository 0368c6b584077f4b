-- take_avatar: makes :avatar_data, whose name is :avatar_hash, the picture of account {who}, and
-- removes the one before; with no name it only removes. {where} is what must hold besides.
DELETE FROM avatar WHERE account_id = {who}
   AND (:avatar_hash IS NULL OR hash <> :avatar_hash) AND {where};
INSERT INTO avatar (hash, account_id, data, created_us)
SELECT :avatar_hash, {who}, :avatar_data, :now_us WHERE :avatar_hash IS NOT NULL AND {where}
ON CONFLICT DO NOTHING;
UPDATE account SET avatar = :avatar_hash WHERE id = {who} AND erased_us IS NULL AND {where}
