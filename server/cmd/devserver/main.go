// Command devserver runs the Phoenix Channels server of the demo and the tests:
//
//	go run ./server/cmd/devserver -addr 127.0.0.1:4000
//
// server/README.md lists its topics and events; their state (scores, chat history) ends with the
// process.
//
// It prints one line on stdout once it accepts connections. SIGINT and SIGTERM end it as they end a
// Phoenix server: clients with a channel are closed with 1012.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"phoenixchannels/server/devserver"
	"phoenixchannels/server/devserver/webhost"
)

// drainTime is how long clients get to end their connection after the server closed it.
const drainTime = 3 * time.Second

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// settings are the command line.
type settings struct {
	addr           string
	quiet          bool
	exitWithParent bool
	release17      bool
	tokenLifetime  time.Duration
	web            string
	tls            tlsFiles
}

func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("devserver", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.addr, "addr", "127.0.0.1:4000", "`host:port` to listen on; port 0 takes a free one")
	flags.BoolVar(&s.quiet, "quiet", false, "log nothing but warnings and errors")
	flags.BoolVar(&s.exitWithParent, "exit-with-parent", false, "exit when stdin ends, as it does with the process that started this one; "+
		"until then a line \"freeze\" there makes the server hang, and \"thaw\" go on")
	flags.BoolVar(&s.release17, "phoenix-1.7", false, "behave like Phoenix 1.7 where it differs from 1.8")
	flags.DurationVar(&s.tokenLifetime, "token-lifetime", 24*time.Hour, "`how long` a token of POST /api/login is accepted, such as 30s")
	flags.StringVar(&s.web, "web", "", "serve the game in this `folder`, exported for the web, at the same address")
	flags.StringVar(&s.tls.certificate, "tls-cert", "", "serve wss and https with the certificate chain in this PEM `file`")
	flags.StringVar(&s.tls.key, "tls-key", "", "the certificate's private key, a PEM `file`")
	flags.StringVar(&s.tls.newest, "tls-max", "1.3", "newest `version` of TLS to speak: 1.0, 1.1, 1.2 or 1.3")
	flags.Usage = func() {
		fmt.Fprint(stderr, "A development server for Phoenix Channels, with the topics room:*, lobby, game:*, arena:* and chat:*.\n"+
			"server/README.md lists their events.\n\nUsage: devserver [flags]\n\n")
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		err := fmt.Errorf("unexpected argument %q; see devserver -h", flags.Arg(0))
		fmt.Fprintf(stderr, "devserver: %v\n", err)
		return s, err
	}
	return s, nil
}

// run is the whole command; it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s, err := parse(args, stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	options := devserver.Options{Logger: logger(stderr, s.quiet), TokenLifetime: s.tokenLifetime}
	if s.release17 {
		options.Release = devserver.Phoenix17
	}
	if s.web != "" {
		if _, err := os.Stat(filepath.Join(s.web, "index.html")); err != nil {
			fmt.Fprintf(stderr, "devserver: -web %s: there is no index.html to serve; export the game into that folder\n", s.web)
			return 2
		}
		options.Files = webhost.Handler(s.web)
	}
	if options.TLS, err = s.tls.config(); err != nil {
		fmt.Fprintf(stderr, "devserver: %v\n", err)
		return 2
	}
	server := devserver.New(options)
	if err := server.Start(s.addr); err != nil {
		fmt.Fprintf(stderr, "devserver: %v\n", err)
		return 1
	}
	fmt.Fprintf(stdout, "devserver: listening on %s\n", server.URL())
	if s.exitWithParent {
		var cancel context.CancelFunc
		ctx, cancel = context.WithCancel(ctx)
		go func() {
			defer cancel()
			obey(stdin, stdout, server)
		}()
	}
	<-ctx.Done()
	drain, cancel := context.WithTimeout(context.Background(), drainTime)
	defer cancel()
	if err := server.Shutdown(drain); err != nil {
		fmt.Fprintf(stderr, "devserver: clients did not close in time and were dropped: %v\n", err)
	}
	return 0
}

// obey does what the lines of stdin say, to its end, and says on stdout when it is done.
func obey(stdin io.Reader, stdout io.Writer, server *devserver.Server) {
	for lines := bufio.NewScanner(stdin); lines.Scan(); { // an error ends stdin as well
		switch lines.Text() {
		case "freeze":
			server.Freeze(true)
			fmt.Fprintln(stdout, "devserver: frozen")
		case "thaw":
			server.Freeze(false)
			fmt.Fprintln(stdout, "devserver: thawed")
		}
	}
}

func logger(out io.Writer, quiet bool) *slog.Logger {
	level := slog.LevelInfo
	if quiet {
		level = slog.LevelWarn
	}
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: level}))
}
