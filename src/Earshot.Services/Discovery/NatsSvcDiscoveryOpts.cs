namespace Earshot.Services;

/// <summary>How long a discovery waits for answers: their number is not known.</summary>
public record NatsSvcDiscoveryOpts
{
    /// <summary>An instance with the default options.</summary>
    public static readonly NatsSvcDiscoveryOpts Default = new();

    /// <summary>The time after which the discovery ends. Default: 5 s.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The time without a further answer after which the discovery ends. Default: 500 ms.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The number of answers of services after which the discovery ends. Other answers do not count. Null: no limit.</summary>
    public int? MaxCount { get; init; }

    /// <summary>The first token of the subjects. Default: $SRV.</summary>
    public string ApiPrefix { get; init; } = "$SRV";
}
