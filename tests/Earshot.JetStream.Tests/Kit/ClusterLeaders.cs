using Earshot.RealServer;

namespace Earshot.JetStream.Tests.Kit;

/// <summary>Finds the leaders of streams. Contains no assertions.</summary>
internal static class ClusterLeaders
{
    /// <summary>Returns the node that leads a stream. Waits while there is none.</summary>
    public static async Task<NatsServerProcess> LeaderAsync(this NatsCluster cluster, INatsJSContext context, string stream, CancellationToken cancellationToken)
    {
        using var again = new PeriodicTimer(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        while (true)
        {
            try
            {
                StreamInfo info = (await context.GetStreamAsync(stream, cancellationToken: cancellationToken)).Info;
                if (cluster.Nodes.FirstOrDefault(node => node.Name == info.Cluster?.Leader) is { } leader)
                {
                    return leader;
                }
            }
            catch (NatsException) when (!cancellationToken.IsCancellationRequested)
            {
                // Between two leaders.
            }

            await again.WaitForNextTickAsync(cancellationToken);
        }
    }
}
