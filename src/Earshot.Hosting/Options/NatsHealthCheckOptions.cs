namespace Earshot.Hosting;

/// <summary>The options of a health check.</summary>
public sealed class NatsHealthCheckOptions
{
    /// <summary>Time without a session, from the first attempt on, in which the check reports Degraded; after it, Unhealthy. Default: 30 s.</summary>
    public TimeSpan GracePeriod { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether the check also sends a PING and waits for the PONG. Default: false (the check reads the state and returns immediately).</summary>
    public bool RoundTrip { get; set; }

    /// <summary>Timeout of the round trip; after it the check reports Unhealthy. Default: 2 s.</summary>
    public TimeSpan RoundTripTimeout { get; set; } = TimeSpan.FromSeconds(2);
}
