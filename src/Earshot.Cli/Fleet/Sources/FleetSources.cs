using System.CommandLine;
using System.Text.Json;
using Earshot.Cli.Connecting;
using Earshot.Cli.Shell;
using Earshot.Fleet;

namespace Earshot.Cli.Fleet;

/// <summary>The options that name where records come from: servers, monitoring ports, streams, and files.</summary>
internal sealed class FleetSources
{
    private readonly ToolHost _host;
    private readonly Argument<string[]> _files = new("file") { Description = "Journals as JSON lines, or records that --save has written; - for the standard input.", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string[]> _http = new("--http") { Description = "Read open and closed connections from this monitoring port, such as http://localhost:8222.", HelpName = "URL" };
    private readonly Option<bool> _offline = new("--offline") { Description = "Do not connect; read the files and monitoring ports only." };
    private readonly Option<bool> _streams = new("--streams") { Description = "Read what shippers and a collector have stored in streams, in place of asking the servers." };
    private readonly Option<string?> _since = new("--since") { Description = "Show only what happened within this time, such as 30m or 2h.", HelpName = "DURATION" };
    private readonly Option<string?> _save = new("--save") { Description = "Keep what was read in a new file, without credentials.", HelpName = "FILE" };
    private readonly StreamArguments _stream;
    private readonly ConnectionArguments _connection;

    private FleetSources(Command command, ToolHost host)
    {
        _host = host;
        command.Add(_files);
        command.Add(_http);
        command.Add(_streams);
        command.Add(_offline);
        command.Add(_since);
        command.Add(_save);
        _stream = StreamArguments.AddTo(command);
        _connection = ConnectionArguments.AddTo(command, host);
    }

    internal static FleetSources AddTo(Command command, ToolHost host) => new(command, host);

    /// <summary>Reads all sources. When some of them have an answer, those that have none are named in its hints.</summary>
    /// <exception cref="ToolException">A file or a value is not valid, or no source has an answer.</exception>
    internal async Task<FleetInput> ReadAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        TimeSpan? since = StreamArguments.Time("--since", parsed.GetValue(_since));
        if (parsed.GetValue(_streams) && parsed.GetValue(_offline))
        {
            throw new ToolException(ExitCode.Usage, "--streams needs a connection, which --offline excludes; name one of them.");
        }

        string[] ports = parsed.GetValue(_http) ?? [];
        (IReadOnlyList<FleetRecord> ofFiles, int journals) = await FleetFiles.ReadAsync(parsed.GetValue(_files) ?? [], _host, cancellationToken).ConfigureAwait(false);
        var records = new List<FleetRecord>(ofFiles);
        var readings = new List<ConnectionsReading>();
        var hints = new List<string>();
        ToolException? failed = await ReadPortsAsync(ports, _connection.Timeout(parsed), readings, hints, cancellationToken).ConfigureAwait(false);
        FleetStreamContent? stored = null;
        if (parsed.GetValue(_streams))
        {
            stored = await StreamReading.ReadAsync(_stream.Apply(_connection.ToOptions(parsed), parsed), since, _host, cancellationToken).ConfigureAwait(false);
            records.AddRange(stored.Records);
            hints.AddRange(StreamReading.Hints(stored));
        }
        else if (!parsed.GetValue(_offline))
        {
            bool isOnly = records.Count == 0 && readings.Count == 0;
            ConnectionsReading? live = await ReadServersAsync(_stream.Apply(_connection.ToOptions(parsed), parsed), isOnly, hints, cancellationToken).ConfigureAwait(false);
            readings.AddRange(live is null ? [] : [live]);
        }

        records.AddRange(readings.SelectMany(reading => reading.Records));
        hints.AddRange(readings.SelectMany(reading => reading.Problems));
        if (records.Count == 0 && stored is null)
        {
            throw failed ?? (hints.Count > 0
                ? new ToolException(ExitCode.NoReply, hints[0])
                : new ToolException(ExitCode.Usage, "There is nothing to read: name journals, a monitoring port (--http) or a server."));
        }

        hints.AddRange(Missing(readings, ports, journals, stored));
        if (parsed.GetValue(_save) is { } path)
        {
            await FleetFiles.WriteAsync(records, path, cancellationToken).ConfigureAwait(false);
        }

        return new FleetInput(records, Summary(readings, journals, stored), hints, since is { } time ? _host.Time.GetUtcNow() - time : DateTimeOffset.MinValue)
        {
            Options = new IncidentOptions { CompleteUntil = stored?.CompleteUntil },
        };
    }

    private async Task<ConnectionsReading?> ReadServersAsync(NatsOpts opts, bool isOnly, List<string> hints, CancellationToken cancellationToken)
    {
        try
        {
            ToolConnection connection = await ToolConnection.OpenAsync(opts, _host, cancellationToken).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                ConnectionsReading reading = await ConnectionsReader.ReadAsync(connection.Nats, cancellationToken: cancellationToken).ConfigureAwait(false);
                if (reading.Servers.Count == 0)
                {
                    connection.ThrowIfDenied();
                    hints.Add("No server answers the question for its connections; the user needs the permission to publish $SYS.REQ.ACCOUNT.PING.CONNZ.");
                }

                return reading;
            }
        }
        catch (Exception e) when (!isOnly && e is NatsException or ToolException)
        {
            hints.Add($"No server was asked: {e.Message}");
            return null;
        }
    }

    // Returns why the first port that has no answer has none; null when all have one.
    private async Task<ToolException?> ReadPortsAsync(string[] ports, TimeSpan timeout, List<ConnectionsReading> readings, List<string> hints, CancellationToken cancellationToken)
    {
        ToolException? failed = null;
        foreach (string port in ports)
        {
            try
            {
                readings.Add(await ReadPortAsync(port, timeout, cancellationToken).ConfigureAwait(false));
            }
            catch (ToolException e) when (e.Code != ExitCode.Usage)
            {
                failed ??= e;
                hints.Add(e.Message);
            }
        }

        return failed;
    }

    private async Task<ConnectionsReading> ReadPortAsync(string port, TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (!Uri.TryCreate(port, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
        {
            throw new ToolException(ExitCode.Usage, "--http must be the URL of a monitoring port, such as http://localhost:8222.");
        }

        using var client = new HttpClient { Timeout = timeout };
        try
        {
            return await MonitoringReader.ReadAsync(client, url, time: _host.Time, cancellationToken: cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            throw new ToolException(e is JsonException ? ExitCode.NotNats : ExitCode.Unreachable, $"--http: {url.Authority} cannot be read: {e.Message}", e);
        }
    }

    // A missing half is named, with the way to get it.
    private static IEnumerable<string> Missing(List<ConnectionsReading> readings, string[] ports, int journals, FleetStreamContent? stored)
    {
        if (stored is not null)
        {
            yield break; // its problems are hints already
        }

        if (readings.Any(reading => reading.IsDefaultAccount) && ports.Length == 0)
        {
            yield return "Only open connections: servers do not give the closed ones of the default account this way. --http http://SERVER:8222 reads them from the monitoring port.";
        }

        if (journals == 0)
        {
            yield return "The clients' half is missing: there are no journals (earshot watch --record, NatsJournalExport).";
        }
        else if (readings.Count == 0)
        {
            yield return "The servers' half is missing: only journals were read.";
        }
    }

    private static string Summary(List<ConnectionsReading> readings, int journals, FleetStreamContent? stored)
    {
        if (stored is not null)
        {
            return journals == 0 ? StreamReading.Summary(stored) : $"{StreamReading.Summary(stored)}, {Count(journals, "journal")}";
        }

        int servers = readings.SelectMany(reading => reading.Servers).Select(server => server.Id).Distinct().Count();
        string read = $"{Count(servers, "server")}, {Count(readings.Sum(reading => reading.Open), "open connection")}, {Count(readings.Sum(reading => reading.Closed), "closed one")}";
        return readings.Count == 0 ? Count(journals, "journal") : $"{read}, {Count(journals, "journal")}";
    }

    private static string Count(int count, string one) => $"{count} {one}{(count == 1 ? "" : "s")}";
}
