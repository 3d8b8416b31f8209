-- +goose Up
-- Each answer to an alert is a paper of its own: the object of a printed 整改回告单 is the alert and the number of the answer.
UPDATE attest_paper SET object = object || '/' || no WHERE kind = 'supervision.reply';
