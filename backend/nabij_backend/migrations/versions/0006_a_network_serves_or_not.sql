-- The state of the networks tells a customer why their square is old. Whether a network serves the phone
-- does that; its generation, strength and cost do not, so what was stored of them goes.

ALTER TABLE nabij.gsm_status DROP COLUMN radio, DROP COLUMN roaming, DROP COLUMN level;
ALTER TABLE nabij.wifi_status DROP COLUMN metered, DROP COLUMN level;
DROP TYPE nabij.radio;
