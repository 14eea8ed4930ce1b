using System.Globalization;
using Earshot.LoadTest.Servers;
using Earshot.LoadTest.Streams;
using Earshot.LoadTest.Workloads;

namespace Earshot.LoadTest;

/// <summary>What to measure, from the command line and the environment. Measures nothing.</summary>
internal sealed record LoadTestOptions
{
    public const string Usage = """
        Usage: Earshot.LoadTest [options]
          --nats-server PATH   the real server (default: the variable NATS_SERVER, then nats-server on PATH)
          --no-server          only the sink, the source and the responder of this program; no routing and no fan-out
          --sizes LIST         payload sizes in bytes (default 16,128,1024,16384; requests, fan-out and JetStream: 128)
          --workloads LIST     of publish,publish-memory,publish-sequence,publish-text,publish-subjects,publish-headers,
                               publish-reply,publish8,receive,receive-owner,receive-defaults,receive-1-header,receive-50-headers,
                               request,request64,request-over-10,request-over-1000,request-over-10000 (64 outstanding over so many
                               connections in turn) and, for the server in the process, routing,fan-out-1,fan-out-10,fan-out-100,
                               stream-publish,stream-consume, and for JetStream
                               js-publish,js-window,js-consume,js-consume-owner,js-next, for its key-value store
                               kv-put,kv-get,kv-watch, and object-put,object-get with objects of 64 MiB, whose "messages" are
                               MiB (default all)
          --seconds N          measured seconds per run (default 1)
          --runs N             runs of which the median counts (default 3)
          --only LIST          sizes and times instead of rates: sizes (all of them), or some of
                               idle,idle-options,idle-pings,connects,subscriptions,replay,readers,headers,events,failover,start,
                               slow-consumer,large-publish,js-idle,js-reconnect,js-leader (JetStream),kv-idle (10,000 watches);
                               or growth alone: curves over subscriptions, connections, listeners, headers, payload and tasks
          --svg FILE           the chart of --only growth (default artifacts/growth.svg)
          --check              tell which shares of the raw limit, or of the first cost of a curve, fell by more than 15 % against the
                               baseline; exit code 1 if any
          --save               write the shares into the baseline; what is not measured keeps its line
          --baseline FILE      the baseline (default benchmarks/baseline.tsv)

        Large payloads: --workloads publish,receive --sizes 131072,1048576,8388608
        One workload quickly: --workloads publish --sizes 128 --no-server --runs 1 --seconds 0.5
        """;

    public string? NatsServer { get; init; } = FindServer();

    /// <summary>Null: the usual ones.</summary>
    public int[]? Sizes { get; init; }

    public string[] Workloads { get; init; } = [.. Workload.Names, .. ServerRun.Workloads, .. StreamServerRun.Workloads, .. StreamWorkload.Names];

    /// <summary>Sizes and times to measure instead of rates; null: rates.</summary>
    public string? Only { get; init; }

    /// <summary>Where the chart of <c>--only growth</c> is written.</summary>
    public string ChartFile { get; init; } = "artifacts/growth.svg";

    public string BaselineFile { get; init; } = "benchmarks/baseline.tsv";

    public bool Checks { get; init; }

    public bool Saves { get; init; }

    public TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan WarmUp => TimeSpan.FromSeconds(Math.Min(0.5, Measured.TotalSeconds / 2));

    /// <summary>Of the first run of a client: long enough for the runtime to compile its code for good, which a busy machine delays.</summary>
    public static TimeSpan FirstWarmUp => TimeSpan.FromSeconds(2.5);

    public int Runs { get; init; } = 3;

    public static LoadTestOptions Parse(string[] args)
    {
        var options = new LoadTestOptions();
        for (int i = 0; i < args.Length; i++)
        {
            string name = args[i];
            if (options.WithFlag(name) is { } flagged)
            {
                options = flagged;
                continue;
            }

            if (++i == args.Length)
            {
                throw new ArgumentException($"{name} is unknown or lacks its value.");
            }

            options = options.With(name, args[i]);
        }

        return options;
    }

    public int[] SizesOf(string workload) => StreamWorkload.HasObjects(workload) ? [StreamWorkload.ObjectSize] : Sizes ?? (Workload.HasSizes(workload) && !StreamWorkload.Names.Contains(workload) ? [16, 128, 1024, 16384] : [Workload.RequestSize]);

    private LoadTestOptions? WithFlag(string name) => name switch
    {
        "--no-server" => this with { NatsServer = null },
        "--check" => this with { Checks = true },
        "--save" => this with { Saves = true },
        _ => null,
    };

    private LoadTestOptions With(string name, string value) => name switch
    {
        "--nats-server" => this with { NatsServer = value },
        "--sizes" => this with { Sizes = [.. value.Split(',').Select(Number)] },
        "--workloads" => this with { Workloads = [.. value.Split(',').Select(Known)] },
        "--seconds" => this with { Measured = TimeSpan.FromSeconds(double.Parse(value, CultureInfo.InvariantCulture)) },
        "--baseline" => this with { BaselineFile = value },
        "--only" => this with { Only = value },
        "--svg" => this with { ChartFile = value },
        "--runs" => this with { Runs = Number(value) },
        _ => throw new ArgumentException($"{name} is unknown."),
    };

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0
            ? number
            : throw new ArgumentException($"'{text}' is not a positive number.");

    private static string Known(string workload) =>
        Workload.Names.Contains(workload) || ServerRun.Workloads.Contains(workload) || StreamServerRun.Workloads.Contains(workload) || StreamWorkload.Names.Contains(workload) ? workload : throw new ArgumentException($"There is no workload '{workload}'.");

    private static string? FindServer()
    {
        if (Environment.GetEnvironmentVariable("NATS_SERVER") is { Length: > 0 } named)
        {
            return named;
        }

        string[] folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return folders.Select(static folder => Path.Combine(folder, "nats-server")).FirstOrDefault(File.Exists);
    }
}
