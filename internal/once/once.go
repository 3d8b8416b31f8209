// Package once makes a request that is sent twice have one effect. The client puts an idempotency key (幂等键) on the
// request; the use case claims it in its own transaction, so that the key and the effect are durable together or not at
// all. A repeated request with the same content is answered with the object that the first one made; another content
// under the same key is refused. A key belongs to the actor of the context and to that actor's centre.
package once

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"yichuang/internal/actor"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/store"
)

// Migrations is the schema of this package.
//
//go:embed migrations/*.sql
var Migrations embed.FS

// Refusals.
var (
	ErrKey    = errs.New(errs.Invalid, "once.key", "幂等键（Idempotency-Key）只能是 1 至 128 个可见的英文字符，操作没有进行。请换一个键再试。")
	ErrReused = errs.New(errs.Conflict, "once.reused", "这张表单已经用别的内容提交过一次，这次操作没有进行。请刷新页面，在新的表单里填写；用接口提交的，请换一个幂等键。")
)

const maxKey = 128

// Claim takes key for the request whose content has digest and which is about to make or change object. Where the same
// actor has claimed it before with the same digest, it gives the object of that time and found; the caller then changes
// nothing and answers with that object. It fails with once.reused on another digest and once.key on a malformed key. The
// empty key claims nothing.
//
// On PostgreSQL a claim waits for an open transaction that holds the same key, and sees its outcome.
func Claim(tx *store.Tx, key, digest, object string) (prior string, found bool, err error) {
	if key == "" {
		return "", false, nil
	}
	if !valid(key) {
		return "", false, ErrKey
	}
	a := actor.From(tx.Context())
	who := actorKey(a)
	// A row can be swept between the two statements; then the second turn inserts.
	for range 2 {
		n, err := tx.Exec("INSERT INTO once_key (centre_id, actor_key, key, digest, object, at) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
			a.CentreID, who, key, digest, object, int64(tx.Now()))
		if err != nil || n == 1 {
			return "", false, err
		}
		was, err := store.Get[claimed](tx, "SELECT digest, object FROM once_key WHERE centre_id = $1 AND actor_key = $2 AND key = $3", a.CentreID, who, key)
		switch {
		case errors.Is(err, store.ErrNotFound):
			continue
		case err != nil:
			return "", false, err
		case was.Digest != digest:
			return "", false, ErrReused
		}
		return was.Object, true, nil
	}
	return "", false, store.ErrBusy
}

// Digest is the digest of a request for Claim: of the action's name and of what was sent, as JSON. Content must hold no
// personal data in the clear, a digest of which could be found by trying: give its blind index instead.
func Digest(action string, content any) (string, error) {
	text, err := json.Marshal(content)
	if err != nil {
		return "", fmt.Errorf("digest of a request: %w", err)
	}
	sum := sha256.Sum256(text)
	return action + "|" + hex.EncodeToString(sum[:8]), nil
}

// ClaimContent is Claim with the Digest of action and content.
func ClaimContent(tx *store.Tx, key, action string, content any, object string) (prior string, found bool, err error) {
	if key == "" {
		return "", false, nil
	}
	digest, err := Digest(action, content)
	if err != nil {
		return "", false, err
	}
	return Claim(tx, key, digest, object)
}

// Name says which object a claimed key made, where that is known only after the work; the transaction holds the claim.
func Name(tx *store.Tx, key, object string) error {
	if key == "" {
		return nil
	}
	a := actor.From(tx.Context())
	return tx.Queue("UPDATE once_key SET object = $1 WHERE centre_id = $2 AND actor_key = $3 AND key = $4", object, a.CentreID, actorKey(a), key)
}

type claimed struct {
	Digest string `db:"digest"`
	Object string `db:"object"`
}

func valid(key string) bool {
	if len(key) > maxKey {
		return false
	}
	for i := range len(key) {
		if key[i] < 0x20 || key[i] > 0x7e {
			return false
		}
	}
	return true
}

// actorKey tells actors of one centre apart; citizens and strangers share one, their keys being random.
func actorKey(a *actor.Actor) string {
	if a.Kind == actor.Token {
		return string(a.Kind) + ":" + a.TokenID
	}
	return string(a.Kind) + ":" + a.UserID
}

// SweepBatch is the most keys that one Sweep deletes.
const SweepBatch = 500

// Sweep deletes keys of the actor's centre that were claimed before a moment, at most SweepBatch of them, and gives
// their number: a job calls it, each time in a transaction of its own, until the number is smaller than SweepBatch.
func Sweep(tx *store.Tx, before clock.Instant) (int64, error) {
	return tx.Exec(`DELETE FROM once_key WHERE centre_id = $1 AND (actor_key, key) IN
		(SELECT actor_key, key FROM once_key WHERE centre_id = $1 AND at < $2 ORDER BY at LIMIT $3)`,
		actor.From(tx.Context()).CentreID, int64(before), int64(SweepBatch))
}
