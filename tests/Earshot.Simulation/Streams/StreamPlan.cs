using System.Globalization;
using Earshot.JetStream;
using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Streams;

/// <summary>What a run with JetStream has: the limits of its calls, and its consumers.</summary>
internal sealed record StreamPlan
{
    public const string Stream = "WORK";
    public const string Shared = "shared";
    public const string Bucket = "sim";
    public const string BucketStream = "KV_sim";

    private const ulong Salt = 0x4A53_4A53_4A53_4A53;
    private const double Share = 0.3;
    private const ulong ExtrasSalt = 0x4261_7463_6832_3321;
    private const double ExtrasShare = 0.4;

    public required TimeSpan RequestTimeout { get; init; }

    public required TimeSpan PublishTimeout { get; init; }

    public required TimeSpan AckWait { get; init; }

    public required int MaxAckPending { get; init; }

    public required NatsJSRegressionPolicy RegressionPolicy { get; init; }

    /// <summary>Whether the run has push reads and batches.</summary>
    public required bool HasExtras { get; init; }

    /// <summary>The largest window of flow control, in bytes.</summary>
    public required int FlowLimit { get; init; }

    /// <summary>Whether the run of a seed has JetStream. Independent of all other choices, so that those of the other seeds stay.</summary>
    public static bool IsChosenBy(ulong seed) => new Chance(seed ^ Salt).Is(Share);

    /// <summary>Whether the run of a seed with JetStream has push reads and batches. Independent of all other choices as well.</summary>
    public static bool HasExtrasBy(ulong seed) => new Chance(seed ^ ExtrasSalt).Is(ExtrasShare);

    public static StreamPlan Draw(Chance chance, bool hasExtras) => new()
    {
        RequestTimeout = chance.Of(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(3)),
        PublishTimeout = chance.Of(TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(4)),
        AckWait = chance.Of(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(8)),
        MaxAckPending = chance.Of(1000, 10),
        RegressionPolicy = chance.Of(NatsJSRegressionPolicy.ResumeByTime, NatsJSRegressionPolicy.ResumeByTime, NatsJSRegressionPolicy.Restart),
        HasExtras = hasExtras,
        FlowLimit = hasExtras ? chance.Of(32 * 1024 * 1024, 16_000, 4_000) : 0, // no choice of a run without
    };

    public ConsumerConfig Consumer(string name) => new(name)
    {
        AckPolicy = ConsumerConfigAckPolicy.Explicit,
        AckWait = AckWait,
        MaxAckPending = MaxAckPending,
    };

    public NatsJSOpts Options(NatsOpts opts) => new(opts, requestTimeout: RequestTimeout) { PublishTimeout = PublishTimeout };

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"JetStream with requests of {RequestTimeout.TotalSeconds} s, publishes of {PublishTimeout.TotalSeconds} s, acks of {AckWait.TotalSeconds} s{(HasExtras ? $", push reads and batches, a window of {FlowLimit} bytes" : "")}");
}
