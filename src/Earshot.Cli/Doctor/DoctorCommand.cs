using System.CommandLine;
using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;

namespace Earshot.Cli.Doctor;

/// <summary>The verb <c>earshot doctor</c>: finds out why a connection is not established.</summary>
internal static class DoctorCommand
{
    private const string Summary =
        """
        Examines every step of establishing a connection, and says what to do when one fails. Nothing is published unless --pub names
        a subject. Several servers are examined one after another, with the credentials that each URL has or else those of the options.

        Exit codes: 0 every server can be used; otherwise the class of the cause of the first one that cannot, which the answer names;
        130 Ctrl+C, with the steps so far.
        """;

    private static readonly string[] s_examples =
    [
        "earshot doctor nats://localhost:4222",
        "earshot doctor tls://nats.example.com --tlsca ca.pem --creds user.creds",
        "earshot doctor nats://a:4222 nats://b:4222",
        "earshot doctor --context production --sub 'orders.>' --json",
    ];

    internal static Command Create(ToolHost host)
    {
        var urls = new Argument<string[]>("url") { Description = "The servers; without one, the environment or the selected context.", Arity = ArgumentArity.ZeroOrMore };
        var pub = new Option<string?>("--pub") { Description = "Publish an empty message to this subject, to try the permission.", HelpName = "SUBJECT" };
        var sub = new Option<string?>("--sub") { Description = "Subscribe to this subject, to try the permission.", HelpName = "SUBJECT" };
        var silence = new Option<double>("--silence")
        {
            Description = "Seconds without a first byte after which other protocols are tried.",
            HelpName = "SECONDS",
            DefaultValueFactory = static _ => 1,
        };
        var json = new Option<bool>("--json") { Description = "Write one JSON object for each step, and one for the verdict." };
        var command = new Verb("doctor", Summary, s_examples) { urls, pub, sub, silence, json };
        var connection = ConnectionArguments.AddTo(command, host);
        command.SetAction(async (parsed, cancellationToken) =>
        {
            double seconds = parsed.GetValue(silence) is > 0 and <= 60 and var wait ? wait : throw new ToolException(ExitCode.Usage, "--silence must be a number of seconds between 0 and 60.");
            string? published = parsed.GetValue(pub), subscribed = parsed.GetValue(sub);
            SubjectArgument.Check(published, "--pub", hasWildcards: false);
            SubjectArgument.Check(subscribed, "--sub", hasWildcards: true);
            string? given = parsed.GetValue(urls) is { Length: > 0 } list ? string.Join(',', list) : null;
            List<ProbePlan> plans = await PlanAsync(connection.ToOptions(parsed, given), host, TimeSpan.FromSeconds(seconds)).ConfigureAwait(false);
            return await ExamineAsync([.. plans.Select(plan => plan with { PublishSubject = published, SubscribeSubject = subscribed })], host, parsed.GetValue(json), cancellationToken).ConfigureAwait(false);
        });
        return command;
    }

    private static async Task<int> ExamineAsync(IReadOnlyList<ProbePlan> plans, ToolHost host, bool isJson, CancellationToken cancellationToken)
    {
        var display = new DoctorDisplay(host, isJson);
        List<Verdict> verdicts = [];
        foreach (ProbePlan plan in plans)
        {
            if (verdicts.Count > 0 && !isJson)
            {
                await host.Out.WriteLineAsync().ConfigureAwait(false);
            }

            verdicts.Add(await display.ExamineAsync(plan, cancellationToken).ConfigureAwait(false));
            if (cancellationToken.IsCancellationRequested)
            {
                return ExitCode.Cancelled;
            }
        }

        if (plans.Count > 1)
        {
            host.Note($"{verdicts.Count(static verdict => verdict.ExitCode == ExitCode.Success)} of {plans.Count} servers can be used.");
        }

        return verdicts.Find(static verdict => verdict.ExitCode != ExitCode.Success)?.ExitCode ?? ExitCode.Success;
    }

    // The client validates all options; its list of servers has the URLs without credentials.
    private static async Task<List<ProbePlan>> PlanAsync(NatsOpts opts, ToolHost host, TimeSpan silence)
    {
        await new NatsConnection(opts).DisposeAsync().ConfigureAwait(false);
        List<ProbePlan> plans = [];
        foreach (string server in opts.Url.Split(',', StringSplitOptions.TrimEntries).Distinct())
        {
            NatsOpts own = opts with { Url = server };
            var connection = new NatsConnection(own);
            await using (connection.ConfigureAwait(false))
            {
                Uri url = connection.Servers[0].Url;
                plans.Add(new ProbePlan { Opts = own, Scheme = url.Scheme, Host = url.IdnHost.Trim('[', ']'), Port = url.Port, Silence = silence, Time = host.Time });
            }
        }

        return plans;
    }
}
