package advice

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"time"

	"yichuang/internal/actor"
	"yichuang/internal/audit"
	"yichuang/internal/clock"
	"yichuang/internal/errs"
	"yichuang/internal/hotline"
	"yichuang/internal/jobs"
	"yichuang/internal/learn"
	"yichuang/internal/store"
)

const (
	jobTrain      = "hotline.train"
	lessonsMost   = 20_000               // newest closed orders that a model learns from
	lessonsLeast  = 50                   // fewer teach nothing
	lessonsHalf   = 365 * 24 * time.Hour // an order as old as this counts half
	trainLease    = 10 * time.Minute     // after which another node may take a training over
	trainLook     = 20 * time.Second     // how often the job looks whether the training is over
	trainTries    = 3
	modelFilesFor = 5 // newest versions of a kind whose files are kept
)

// ErrLessons refuses a training without enough closed orders.
var ErrLessons = errs.New(errs.Conflict, "hotline.lessons", "可用于训练的办结工单太少，没有训练。")

// AskTraining queues the training of a kind of model from the centre's own closed orders (训练模型).
func (m *Module) AskTraining(ctx context.Context, kind string) (ModelVersion, error) {
	var v ModelVersion
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		if v, err = m.newVersion(tx, kind, ModelQueued); err != nil {
			return err
		}
		tx.AfterCommit(m.wake)
		return jobs.Insert(tx, v.CentreID, jobTrain, v.ID, 0, v.ID)
	})
	return v, err
}

// Train trains a kind of model at once and gives the new version; for the command line.
func (m *Module) Train(ctx context.Context, kind string, seed int64) (ModelRow, error) {
	var v ModelVersion
	err := m.db.WithTx(ctx, func(tx *store.Tx) (err error) {
		v, err = m.newVersion(tx, kind, ModelTraining)
		return err
	})
	if err != nil {
		return ModelRow{}, err
	}
	v.Seed = seed
	err = m.teach(ctx, &v, 0)
	return ModelRow{ModelVersion: v, HeldBack: v.Measure()}, err
}

// newVersion begins a version, unless one of the kind is being trained.
func (m *Module) newVersion(tx *store.Tx, kind, state string) (ModelVersion, error) {
	a := actor.From(tx.Context())
	if err := a.Require(hotline.PermModel); err != nil {
		return ModelVersion{}, err
	}
	if !slices.Contains(ModelKinds, kind) {
		return ModelVersion{}, ErrModelKind
	}
	busy, err := store.Select[string](tx, "SELECT id FROM hotline_model WHERE centre_id = $1 AND kind = $2 AND (state = 'queued' OR state = 'training' AND lease_until > $3)", a.CentreID, kind, tx.Now())
	if err != nil {
		return ModelVersion{}, err
	}
	if len(busy) > 0 {
		return ModelVersion{}, ErrModelBusy
	}
	v := ModelVersion{CentreID: a.CentreID, ID: tx.NewID(), Kind: kind, State: state, Seed: 1, AskedAt: tx.Now(), AskedBy: a.UserID}
	if state == ModelTraining {
		v.Lease = tx.Now().Add(trainLease)
	}
	if err := store.Insert(tx, "hotline_model", v); err != nil {
		return v, err
	}
	return v, audit.Record(tx, audit.Entry{Action: "hotline.model_train", Permission: hotline.PermModel, Kind: "model", Object: v.ID, Detail: map[string]any{"kind": kind}})
}

// trainJob starts a queued training beside the queue, because no transaction may wait for it, and looks again until it
// is over. A training whose process died is started anew when its lease has run out.
func (m *Module) trainJob(tx *store.Tx, j *jobs.Job) (jobs.Outcome, error) {
	var id string
	if err := j.Decode(&id); err != nil {
		return jobs.Done, err
	}
	found, err := store.Select[ModelVersion](tx, "SELECT "+modelColumns+" FROM hotline_model WHERE centre_id = $1 AND id = $2"+tx.ForUpdate(), j.CentreID, id)
	if err != nil || len(found) == 0 || found[0].State == ModelReady || found[0].State == ModelFailed {
		return jobs.Done, err
	}
	v := found[0]
	if v.State == ModelTraining && v.Lease > tx.Now() {
		return jobs.Snooze(tx.Now().Add(trainLook)), nil
	}
	if v.Tries++; v.Tries > trainTries {
		_, err := tx.Exec("UPDATE hotline_model SET state = $1, problem = $2 WHERE centre_id = $3 AND id = $4", ModelFailed, "训练多次中断，请查看日志后重新训练。", v.CentreID, v.ID)
		return jobs.Done, err
	}
	v.State, v.Lease = ModelTraining, tx.Now().Add(trainLease)
	if _, err := tx.Exec("UPDATE hotline_model SET state = $1, lease_until = $2, tries = $3 WHERE centre_id = $4 AND id = $5", v.State, v.Lease, v.Tries, v.CentreID, v.ID); err != nil {
		return jobs.Done, err
	}
	tx.AfterCommit(func() {
		m.beside.Go(func(ctx context.Context) {
			if err := m.teach(actor.With(ctx, actor.SystemFor(j.CentreID)), &v, 1); err != nil {
				m.log.Warn("a model could not be trained", "module", "hotline", "kind", v.Kind, "error", err.Error())
			}
		})
	})
	return jobs.Snooze(tx.Now().Add(trainLook)), nil
}

// teach trains a version and saves it, or what went wrong.
func (m *Module) teach(ctx context.Context, v *ModelVersion, workers int) error {
	model, err := m.learnFrom(ctx, v, workers)
	if err == nil {
		return m.finishTraining(ctx, v, model)
	}
	v.State, v.Problem = ModelFailed, errs.As(err).Public
	_, saved := m.saveProblem(ctx, v)
	if saved != nil {
		return saved
	}
	return err
}

func (m *Module) saveProblem(ctx context.Context, v *ModelVersion) (bool, error) {
	err := m.db.WithTx(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec("UPDATE hotline_model SET state = $1, problem = $2 WHERE centre_id = $3 AND id = $4", v.State, v.Problem, v.CentreID, v.ID); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.model_failed", Permission: hotline.PermModel, Kind: "model", Object: v.ID, Detail: map[string]any{"kind": v.Kind}})
	})
	return err == nil, err
}

// learnFrom reads the closed orders and trains.
func (m *Module) learnFrom(ctx context.Context, v *ModelVersion, workers int) (*learn.Model, error) {
	examples, err := m.lessons(ctx, v)
	if err != nil {
		return nil, err
	}
	if len(examples) < lessonsLeast {
		return nil, ErrLessons.Say("可用于训练的办结工单只有 %d 件，至少要 %d 件。%s", len(examples), lessonsLeast, lessonsHint(v.Kind))
	}
	return learn.Train(ctx, examples, learn.Options{Seed: uint64(v.Seed), Workers: workers})
}

func lessonsHint(kind string) string {
	if kind == ModelUnit {
		return "计入的是办结且派过单的工单。"
	}
	return "计入的是办结且写明事项分类的工单。"
}

// lesson is what a model learns from one closed order.
type lesson struct {
	ID       hotline.TicketID `db:"id"`
	Title    string           `db:"title"`
	Content  string           `db:"content"`
	Address  string           `db:"address"`
	Category string           `db:"category"`
	Area     string           `db:"area"`
	Kind     string           `db:"kind"`
	UnitID   string           `db:"unit_id"`
	ClosedAt clock.Instant    `db:"closed_at"`
}

// lessons gives the newest closed orders as examples, older ones lighter. What is confidential as a whole teaches
// nothing.
func (m *Module) lessons(ctx context.Context, v *ModelVersion) ([]learn.Example, error) {
	var list []lesson
	err := m.db.Read(ctx, func(tx *store.Tx) (err error) {
		list, err = store.Select[lesson](tx, `SELECT id, title, content, address, category, area, kind, unit_id, closed_at FROM hotline_ticket
			WHERE centre_id = $1 AND close_kind <> '' AND confidential <> $2 ORDER BY closed_at DESC, id DESC LIMIT $3`, v.CentreID, hotline.ConfidentialAll, lessonsMost)
		return err
	})
	if err != nil {
		return nil, err
	}
	var out []learn.Example
	for _, l := range list {
		e := learn.Example{Label: l.Category, Text: learn.Text{Title: l.Title, Content: l.Content}, Group: string(l.ID)}
		if v.Kind == ModelUnit {
			e.Label, e.Text = l.UnitID, unitText(l.Title, l.Content, l.Category, l.Area, l.Kind)
		}
		if e.Label == "" {
			continue
		}
		if v.Until == 0 {
			v.Until = l.ClosedAt
		}
		v.Since = l.ClosedAt
		e.Weight = lessonWeight(v.Until, l.ClosedAt)
		out = append(out, e)
	}
	slices.Reverse(out) // oldest first, so that an order more changes as little as possible
	return out, nil
}

// lessonWeight halves with every year before the newest order, and is at least a tenth.
func lessonWeight(newest, closed clock.Instant) float32 {
	age := float64(newest-closed) / float64(lessonsHalf.Milliseconds())
	return float32(max(0.1, 1/(1+age)))
}

// unitText is a request as the model of units sees it.
func unitText(title, content, category, area, kind string) learn.Text {
	t := learn.Text{Title: title, Content: content, Facts: []string{"型=" + kind}}
	if category != "" {
		t.Facts = append(t.Facts, "类="+category)
	}
	if area != "" {
		t.Facts = append(t.Facts, "区="+area)
	}
	return t
}

// finishTraining saves the model with its figures. The first of a kind is used at once; later ones wait to be chosen.
func (m *Module) finishTraining(ctx context.Context, v *ModelVersion, model *learn.Model) error {
	var file bytes.Buffer
	if _, err := model.WriteTo(&file); err != nil {
		return err
	}
	about := model.About()
	figures, err := json.Marshal(about.HeldBack)
	if err != nil {
		return err
	}
	v.State, v.Hash, v.Figures = ModelReady, about.Hash, string(figures)
	v.Examples, v.Labels, v.Features, v.Words = about.Examples, about.Labels, about.Features, about.Words
	return m.db.WithTx(ctx, func(tx *store.Tx) error {
		v.ReadyAt = tx.Now()
		if _, err := tx.Exec(`UPDATE hotline_model SET state = $3, hash = $4, seed = $5, examples = $6, labels = $7, features = $8, words = $9, since = $10, until = $11,
			figures = $12, ready_at = $13 WHERE centre_id = $1 AND id = $2`,
			v.CentreID, v.ID, v.State, v.Hash, v.Seed, v.Examples, v.Labels, v.Features, v.Words, v.Since, v.Until, v.Figures, v.ReadyAt); err != nil {
			return err
		}
		if _, err := tx.Exec("DELETE FROM hotline_model_part WHERE centre_id = $1 AND model_id = $2", v.CentreID, v.ID); err != nil { // of a training that was taken over
			return err
		}
		if err := saveModel(tx, v.CentreID, v.ID, file.Bytes()); err != nil {
			return err
		}
		used, err := store.Select[string](tx, "SELECT id FROM hotline_model WHERE centre_id = $1 AND kind = $2 AND active", v.CentreID, v.Kind)
		if err != nil {
			return err
		}
		if len(used) == 0 {
			if err := activate(tx, v); err != nil {
				return err
			}
		}
		if err := dropOldFiles(tx, v); err != nil {
			return err
		}
		return audit.Record(tx, audit.Entry{Action: "hotline.model_ready", Permission: hotline.PermModel, Kind: "model", Object: v.ID,
			Detail: map[string]any{"kind": v.Kind, "hash": v.Hash, "examples": v.Examples, "active": v.Active}})
	})
}

// dropOldFiles removes the files of old versions that are not in use; their figures stay.
func dropOldFiles(tx *store.Tx, v *ModelVersion) error {
	old, err := store.Select[string](tx, "SELECT id FROM hotline_model WHERE centre_id = $1 AND kind = $2 AND state = 'ready' AND NOT active ORDER BY id DESC", v.CentreID, v.Kind)
	if err != nil {
		return err
	}
	for i, id := range old {
		if i < modelFilesFor {
			continue
		}
		if _, err := tx.Exec("DELETE FROM hotline_model_part WHERE centre_id = $1 AND model_id = $2", v.CentreID, id); err != nil {
			return err
		}
	}
	return nil
}
