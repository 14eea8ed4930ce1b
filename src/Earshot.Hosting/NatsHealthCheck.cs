using System.Globalization;
using Earshot.Hosting.Connections;
using Earshot.Hosting.Health;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Earshot.Hosting;

/// <summary>The health of the connections of one registration: that of the worst of them. It opens none.</summary>
internal sealed class NatsHealthCheck(HostedPool pool, NatsHealthCheckOptions options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        HealthStatus failure = context.Registration.FailureStatus;
        HealthCheckResult? worst = null;
        foreach (HostedConnection connection in pool.Created)
        {
            HealthCheckResult result = HealthRules.Judge(connection.Health!.Read(), options.GracePeriod, failure);
            if (result.Status == HealthStatus.Healthy && options.RoundTrip)
            {
                result = await PingAsync(connection, result, failure, cancellationToken).ConfigureAwait(false);
            }

            worst = worst is { } so && so.Status <= result.Status ? so : result;
        }

        return worst ?? HealthCheckResult.Degraded("the host has not started the connection yet");
    }

    private async Task<HealthCheckResult> PingAsync(HostedConnection connection, HealthCheckResult open, HealthStatus failure, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(options.RoundTripTimeout, connection.Opts.TimeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            TimeSpan rtt = await connection.PingAsync(either.Token).ConfigureAwait(false);
            return new HealthCheckResult(open.Status, open.Description, data: new Dictionary<string, object>(open.Data) { ["rtt"] = rtt });
        }
        catch (Exception e) when (e is NatsException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            HealthFacts facts = connection.Health!.Read();
            TimeSpan? waited = e is NatsTimeoutException ? connection.Opts.CommandTimeout : e is OperationCanceledException ? options.RoundTripTimeout : null;
            return waited is { } time && facts.State == NatsConnectionState.Open
                ? new HealthCheckResult(failure, string.Create(CultureInfo.InvariantCulture, $"no PONG from the server within {time.TotalSeconds} s"), e, open.Data)
                : HealthRules.Judge(facts, options.GracePeriod, failure); // the session was lost meanwhile
        }
    }
}
