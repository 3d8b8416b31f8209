// Package app is the composition root: settings → store → modules → server. It is what the command line starts and what
// end-to-end tests start.
package app

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"time"

	vm "github.com/VictoriaMetrics/metrics"

	"yichuang/internal/actor"
	"yichuang/internal/archive"
	"yichuang/internal/assess"
	"yichuang/internal/attest"
	"yichuang/internal/audit"
	"yichuang/internal/blob"
	"yichuang/internal/calendar"
	"yichuang/internal/casework"
	"yichuang/internal/clock"
	"yichuang/internal/complaint"
	"yichuang/internal/config"
	"yichuang/internal/crypt"
	"yichuang/internal/document/pdf"
	"yichuang/internal/document/pdf/font"
	"yichuang/internal/errs"
	"yichuang/internal/evidence"
	"yichuang/internal/exchange"
	"yichuang/internal/finance"
	"yichuang/internal/finance/examine"
	"yichuang/internal/hall"
	"yichuang/internal/hallmetric"
	"yichuang/internal/honour"
	"yichuang/internal/hotline"
	"yichuang/internal/hotline/advice"
	"yichuang/internal/hotline/desk"
	"yichuang/internal/hotline/figure"
	"yichuang/internal/hotline/topic"
	"yichuang/internal/id"
	"yichuang/internal/item"
	"yichuang/internal/jobs"
	"yichuang/internal/knowledge"
	"yichuang/internal/metric"
	"yichuang/internal/once"
	"yichuang/internal/org"
	"yichuang/internal/outbox"
	"yichuang/internal/party"
	"yichuang/internal/performance"
	"yichuang/internal/rating"
	"yichuang/internal/report"
	"yichuang/internal/rest"
	"yichuang/internal/site"
	"yichuang/internal/store"
	"yichuang/internal/supervision"
	"yichuang/internal/telephony"
	"yichuang/internal/text"
	"yichuang/internal/training"
	"yichuang/internal/web"
	"yichuang/internal/workforce"
)

// Migrations lists every module's migrations.
func Migrations() []fs.FS {
	return []fs.FS{jobs.Migrations, audit.Migrations, once.Migrations, text.Migrations, crypt.Migrations, metric.Migrations, org.Migrations, calendar.Migrations, party.Migrations, blob.Migrations, knowledge.Migrations, archive.Migrations, attest.Migrations, telephony.Migrations, hotline.Migrations, report.Migrations, assess.Migrations, item.Migrations, casework.Migrations, evidence.Migrations, complaint.Migrations, supervision.Migrations, hall.Migrations, outbox.Migrations, rating.Migrations, hallmetric.Migrations, honour.Migrations, training.Migrations, site.Migrations, workforce.Migrations, finance.Migrations, performance.Migrations, examine.Migrations, exchange.Migrations}
}

// App is the whole program on one database.
type App struct {
	Config      config.Config
	Log         *slog.Logger
	Clock       clock.Clock
	DB          *store.DB
	Keys        *crypt.Keyring
	Blobs       *blob.Store // nil while the database is only inspected
	Jobs        *jobs.Runner
	Beside      *jobs.Beside // what runs beside the queue of jobs
	Org         *org.Module
	Calendar    *calendar.Module
	Party       *party.Module
	Archive     *archive.Module
	Report      *report.Module
	Print       *pdf.Writer
	Knowledge   *knowledge.Module
	Telephony   *telephony.Module
	Hotline     *hotline.Module
	Figures     *figure.Module
	Topics      *topic.Module
	Desk        *desk.Module
	Advice      *advice.Module
	Assess      *assess.Module
	Item        *item.Module
	Hall        *hall.Module
	Casework    *casework.Module
	Complaint   *complaint.Module
	Rating      *rating.Module
	Supervision *supervision.Module
	HallMetric  *hallmetric.Module
	Attest      *attest.Module
	Outbox      *outbox.Module
	Honour      *honour.Module
	Training    *training.Module
	Site        *site.Module
	Workforce   *workforce.Module
	Finance     *finance.Module
	Examine     *examine.Module
	Exchange    *exchange.Module
	Performance *performance.Module
	Web         *web.Kit
	REST        *rest.Kit
	Metrics     *vm.Set
	lent        bool
}

// Open opens and migrates the database and builds the modules, without serving yet.
func Open(ctx context.Context, cfg config.Config, log *slog.Logger, c clock.Clock) (*App, error) {
	return open(ctx, cfg, log, c, false)
}

// OpenToLoad is Open for a process that fills the database at one go and then closes it: see store.Options.Relaxed.
func OpenToLoad(ctx context.Context, cfg config.Config, log *slog.Logger, c clock.Clock) (*App, error) {
	return open(ctx, cfg, log, c, true)
}

func open(ctx context.Context, cfg config.Config, log *slog.Logger, c clock.Clock, relaxed bool) (*App, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	db, err := store.Open(ctx, store.Options{URL: string(cfg.Database), Clock: c, IDs: id.NewSource(cfg.Node), Log: log, CacheMB: cfg.CacheMB, ReadConns: cfg.Connections,
		Relaxed: relaxed})
	if err != nil {
		return nil, err
	}
	a := &App{Config: cfg, Log: log, Clock: c, DB: db, Metrics: vm.NewSet()}
	err = a.build(ctx)
	if err == nil && !relaxed { // who fills a database lives through months in a moment
		err = a.scheduleCalendarWatch(ctx)
	}
	if err != nil {
		db.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) build(ctx context.Context) error {
	if err := a.DB.Migrate(ctx, Migrations()...); err != nil {
		return err
	}
	var err error
	if a.Keys, err = crypt.Unlock(ctx, a.DB, a.Config.Keys()); err != nil {
		return err
	}
	if a.Blobs, err = blob.Open(a.Config.BlobFolder(), blob.Limits{}, a.Clock); err != nil {
		return err
	}
	if err := a.modules(); err != nil {
		return err
	}
	if err := a.Org.ScheduleJobs(ctx); err != nil {
		return err
	}
	if err := a.scheduleFileSweep(ctx); err != nil {
		return err
	}
	if err := a.scheduleSweeps(ctx); err != nil {
		return err
	}
	if err := a.seedUpgraded(ctx); err != nil {
		return err
	}
	a.meter()
	return a.routes()
}

// modules builds the modules on the open database.
func (a *App) modules() (err error) {
	a.Jobs, a.Beside = jobs.NewRunner(a.DB, a.Log), jobs.NewBeside()
	permissions, grants := access()
	if a.Org, err = org.New(org.Deps{DB: a.DB, Keys: a.Keys, Permissions: permissions, Grants: grants, Log: a.Log}); err != nil {
		return err
	}
	a.Calendar = calendar.NewModule(a.DB)
	a.Party = party.New(a.Keys)
	a.Party.RegisterJobs(a.Jobs)
	a.Archive = archive.New(a.DB, a.Keys, a.Org, a.Log)
	a.Knowledge = knowledge.New(knowledge.Deps{DB: a.DB, Keys: a.Keys, Org: a.Org, Calendar: a.Calendar})
	a.Telephony = telephony.New(a.DB, a.Keys, a.Org)
	a.Hotline = hotline.New(hotline.Deps{DB: a.DB, Keys: a.Keys, Org: a.Org, Calendar: a.Calendar, Party: a.Party, Archive: a.Archive, Knowledge: a.Knowledge, Telephony: a.Telephony, Beside: a.Beside, Log: a.Log, PublicURL: a.Config.PublicURL, Wake: a.Jobs.Wake})
	a.Figures = figure.New(a.DB, a.Org)
	a.Desk = desk.New(a.DB, a.Org, a.Calendar, a.Hotline)
	a.Advice = advice.New(advice.Deps{DB: a.DB, Org: a.Org, Knowledge: a.Knowledge, Hotline: a.Hotline, Beside: a.Beside, Log: a.Log, Wake: a.Jobs.Wake})
	a.Hotline.UseModel(a.Advice.SureTx)
	a.Topics = topic.New(a.DB, a.Org, a.Hotline, a.Beside, a.Log)
	a.Assess = assess.New(a.DB, a.Org, a.Figures)
	a.Item = item.New(a.DB, a.Org, a.Calendar)
	a.Hall = hall.New(hall.Deps{DB: a.DB, Keys: a.Keys, Org: a.Org, Calendar: a.Calendar})
	a.Outbox = outbox.New(a.DB, a.Org, a.Party, a.Config.PublicURL)
	a.Attest = attest.New(a.DB, a.Keys)
	a.Attest.RegisterJobs(a.Jobs)
	a.Casework = casework.New(casework.Deps{DB: a.DB, Keys: a.Keys, Org: a.Org, Calendar: a.Calendar, Party: a.Party, Item: a.Item, Archive: a.Archive, Attest: a.Attest, Outbox: a.Outbox, Log: a.Log, Wake: a.Jobs.Wake})
	a.Casework.RegisterJobs(a.Jobs)
	a.linkTickets()
	a.Exchange = exchange.New(exchange.Deps{DB: a.DB, Keys: a.Keys, Org: a.Org, Calendar: a.Calendar, Party: a.Party, Item: a.Item, Casework: a.Casework, Attest: a.Attest, Wake: a.Jobs.Wake})
	a.Exchange.RegisterJobs(a.Jobs)
	a.Attest.Use(attest.Chain{Name: "exchange", Label: "数据使用记录", Head: a.Exchange.HeadTx, Walk: a.Exchange.WalkTx})
	a.Complaint = complaint.New(complaint.Deps{DB: a.DB, Keys: a.Keys, Org: a.Org, Calendar: a.Calendar, Party: a.Party, Item: a.Item, Casework: a.Casework, Hotline: a.Hotline, Archive: a.Archive, Attest: a.Attest, Outbox: a.Outbox, Log: a.Log, Wake: a.Jobs.Wake})
	a.Complaint.RegisterJobs(a.Jobs)
	a.Rating = rating.New(rating.Deps{DB: a.DB, Keys: a.Keys, Org: a.Org, Calendar: a.Calendar, Party: a.Party, Casework: a.Casework, Hall: a.Hall, Outbox: a.Outbox, Log: a.Log, Wake: a.Jobs.Wake})
	a.Rating.RegisterJobs(a.Jobs)
	a.Supervision = supervision.New(a.DB, a.Org, a.Calendar, a.Casework, a.Attest)
	a.Supervision.RegisterJobs(a.Jobs)
	a.Exchange.UseDesk(a.shareDesk())
	a.standardSets()
	a.Honour = honour.New(a.DB, a.Keys, a.Org, a.Calendar)
	a.Training = training.New(a.DB, a.Org)
	a.Site = site.New(a.DB, a.Org, a.Calendar)
	a.Honour.UseFacts(a.starFacts)
	a.Site.UseOwner(a.Casework.BelongsTx)
	a.Site.UseOffer(a.rateJob)
	a.workforce()
	a.HallMetric = hallmetric.New(hallmetric.Deps{DB: a.DB, Org: a.Org, Calendar: a.Calendar, Item: a.Item, Casework: a.Casework, Complaint: a.Complaint, Workforce: a.Workforce})
	a.Finance = finance.New(a.DB, a.Org, a.Calendar, a.Keys)
	a.Examine = examine.New(a.DB, a.Finance)
	a.Performance = performance.New(a.DB, a.Org, a.Finance)
	if err := a.readPolicies(); err != nil {
		return err
	}
	a.registerFacts()
	a.Figures.SetSource(figure.MeasureAnswered, a.Telephony.AnsweredTx)
	a.Figures.SetSource(figure.MeasureWait, a.Telephony.WaitTx)
	a.Figures.SetSource(figure.MeasureAbandoned, a.Telephony.AbandonedTx)
	a.Org.HandleJobs(a.Jobs)
	a.Knowledge.RegisterJobs(a.Jobs)
	a.Hotline.RegisterJobs(a.Jobs)
	a.Topics.RegisterJobs(a.Jobs)
	a.Advice.RegisterJobs(a.Jobs)
	a.Archive.RegisterJobs(a.Jobs)
	a.Item.RegisterJobs(a.Jobs)
	a.Hall.RegisterJobs(a.Jobs)
	a.Report = report.New(report.Deps{DB: a.DB, Org: a.Org, Hotline: a.Hotline, Topics: a.Topics, Figures: a.Figures, Log: a.Log})
	a.Print = pdf.NewWriter(fontFolders(a.Config.Fonts)...)
	a.Report.RegisterJobs(a.Jobs)
	a.Jobs.Handle(fileSweep, a.sweepFiles)
	a.Jobs.Handle(sweepKeys, sweep)
	a.Jobs.Handle(calendarWatch, a.watchCalendars)
	return nil
}

// Close ends the program's connections; what was lent stays open.
func (a *App) Close() error {
	if a.lent {
		return nil
	}
	if a.Beside != nil {
		a.Beside.Stop()
	}
	if a.Examine != nil {
		_ = a.Examine.Close() // ends a sandbox that holds nothing
	}
	return a.DB.Close()
}

// Lend gives the running program to a command that came through the local door, which may use it and not close it.
func (a *App) Lend() *App {
	b := *a
	b.lent = true
	return &b
}

// ErrListen is a port that another program has.
var ErrListen = errs.New(errs.Unavailable, "app.listen", "不能监听这个地址。")

// Listen takes the configured address.
func (a *App) Listen() (net.Listener, error) {
	l, err := net.Listen("tcp", a.Config.Listen)
	if err != nil {
		return nil, ErrListen.Say("不能监听 %s：端口已被另一个程序占用，或没有权限。请停止那个程序，或用 --listen 换一个端口。", a.Config.Listen).Wrap(err)
	}
	return l, nil
}

// Serve works until ctx ends: it answers requests on l and runs jobs. Requests that are being answered get ten seconds.
func (a *App) Serve(ctx context.Context, l net.Listener) error {
	if a.DB.Engine() == store.SQLite {
		if err := a.Jobs.Release(ctx); err != nil {
			return err
		}
	}
	workCtx, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		a.Jobs.Run(workCtx)
	}()
	followed := make(chan struct{})
	go func() {
		defer close(followed)
		a.followKeys(workCtx)
	}()
	posted := make(chan struct{})
	go func() {
		defer close(posted)
		a.post(workCtx)
	}()
	srv := &http.Server{Handler: a.Web.Handler(), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 60 * time.Second, IdleTimeout: 120 * time.Second, ErrorLog: slog.NewLogLogger(a.Log.Handler(), slog.LevelWarn)}
	srv.RegisterOnShutdown(a.Web.EndStreams)
	served := make(chan error, 1)
	go func() { served <- srv.Serve(l) }()
	var err error
	select {
	case <-ctx.Done():
		grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		err = srv.Shutdown(grace)
	case err = <-served:
	}
	stopWork()
	<-worked
	<-posted
	<-followed
	if errors.Is(err, http.ErrServerClosed) {
		err = nil
	}
	return err
}

// ErrCentre refuses a command that must name its centre.
var ErrCentre = errs.New(errs.Invalid, "app.centre", "没有找到这个中心，或有多个中心而没有指明。请用 --centre 写明中心代码。")

// SystemContext is a context in which the program acts in a centre: the one with this code, or the only one.
func (a *App) SystemContext(ctx context.Context, code string) (context.Context, error) {
	list, err := a.Org.Centres(actor.With(ctx, &actor.Actor{Kind: actor.System, Name: "系统"}))
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if c.Code == code || code == "" && len(list) == 1 {
			return actor.With(ctx, actor.LocalAdmin(c.ID)), nil
		}
	}
	return nil, ErrCentre
}

// fontFolders are where the type faces for print are looked for: the office's own folder before those of the system.
func fontFolders(own string) []string {
	if own == "" {
		return font.Folders()
	}
	return append([]string{own}, font.Folders()...)
}
