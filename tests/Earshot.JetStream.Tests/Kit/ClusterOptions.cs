namespace Earshot.JetStream.Tests.Kit;

/// <summary>Options of contexts for clusters whose leaders change: an election lasts as long as the load of the machine makes it. Contains no assertions.</summary>
internal static class ClusterOptions
{
    private static readonly TimeSpan s_election = TimeSpan.FromSeconds(30);

    /// <summary>Calls of the API wait for an election.</summary>
    public static NatsJSOpts Of(NatsOpts opts) => new(opts, requestTimeout: s_election);

    /// <summary>Calls of the API and publishes wait for an election.</summary>
    public static NatsJSOpts WithPublishes(NatsOpts opts) => Of(opts) with { PublishTimeout = s_election };
}
