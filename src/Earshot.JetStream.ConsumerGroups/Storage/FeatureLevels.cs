namespace Earshot.JetStream.ConsumerGroups.Storage;

/// <summary>What groups need of the server. An older server ignores it, so that several instances of a member would consume at the same time.</summary>
internal static class FeatureLevels
{
    private const int PinnedClients = 1; // server 2.11
    private const int WholeSubjects = 2; // server 2.12

    /// <exception cref="NatsJSFeatureNotSupportedException">The server does not support it.</exception>
    public static async ValueTask CheckAsync(INatsJSContext context, NatsPcgElasticConfig? config, CancellationToken cancellationToken)
    {
        AccountInfoResponse account = await context.GetAccountInfoAsync(cancellationToken).ConfigureAwait(false);
        int level = account.Api.Level;
        if (level < PinnedClients)
        {
            throw new NatsJSFeatureNotSupportedException("partitioned consumer groups", "priority_policy", PinnedClients, level);
        }

        bool isWhole = config is { PartitioningFilters: null or { Count: 0 } } || config?.PartitioningFilters?.Any(static filter => filter.PartitioningWildcards is not { Count: > 0 }) == true;
        if (isWhole && level < WholeSubjects)
        {
            throw new NatsJSFeatureNotSupportedException("partitioning by the whole subject", "partitioning_wildcards", WholeSubjects, level);
        }
    }
}
