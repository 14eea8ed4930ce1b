using System.Globalization;

namespace Earshot.LoadTest;

/// <summary>What to measure, from the command line and the environment. Measures nothing.</summary>
internal sealed record LoadTestOptions
{
    public const string Usage = """
        Usage: Earshot.LoadTest [options]
          --nats-server PATH   the real server (default: the variable NATS_SERVER, then nats-server on PATH)
          --no-server          only the sink, the source and the responder of this program
          --sizes LIST         payload sizes in bytes (default 16,128,1024,16384)
          --workloads LIST     of publish,receive,request,request64 (default all)
          --seconds N          measured seconds per run (default 1)
          --runs N             runs of which the median counts (default 3)
        """;

    public string? NatsServer { get; init; } = FindServer();

    public int[] Sizes { get; init; } = [16, 128, 1024, 16384];

    public string[] Workloads { get; init; } = ["publish", "receive", "request", "request64"];

    public TimeSpan Measured { get; init; } = TimeSpan.FromSeconds(1);

    public TimeSpan WarmUp => TimeSpan.FromSeconds(Math.Min(0.5, Measured.TotalSeconds / 2));

    public int Runs { get; init; } = 3;

    public static LoadTestOptions Parse(string[] args)
    {
        var options = new LoadTestOptions();
        for (var i = 0; i < args.Length; i++)
        {
            var name = args[i];
            if (name == "--no-server")
            {
                options = options with { NatsServer = null };
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

    private LoadTestOptions With(string name, string value) => name switch
    {
        "--nats-server" => this with { NatsServer = value },
        "--sizes" => this with { Sizes = [.. value.Split(',').Select(Number)] },
        "--workloads" => this with { Workloads = [.. value.Split(',').Select(Known)] },
        "--seconds" => this with { Measured = TimeSpan.FromSeconds(double.Parse(value, CultureInfo.InvariantCulture)) },
        "--runs" => this with { Runs = Number(value) },
        _ => throw new ArgumentException($"{name} is unknown."),
    };

    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ArgumentException($"'{text}' is not a positive number.");

    private static string Known(string workload) =>
        new LoadTestOptions().Workloads.Contains(workload) ? workload : throw new ArgumentException($"There is no workload '{workload}'.");

    private static string? FindServer()
    {
        if (Environment.GetEnvironmentVariable("NATS_SERVER") is { Length: > 0 } named)
        {
            return named;
        }

        var folders = Environment.GetEnvironmentVariable("PATH")?.Split(Path.PathSeparator) ?? [];
        return folders.Select(static folder => Path.Combine(folder, "nats-server")).FirstOrDefault(File.Exists);
    }
}
