using System.Text.Json;
using Earshot.Services.Models;

namespace Earshot.Services.Endpoints;

/// <summary>Answers ping, info and statistics of one service, on the subject of all services, of its name, and of its id.</summary>
internal sealed class MonitoringEndpoints(RunningService service)
{
    // A permission that is withdrawn for a while must not hide the service for good.
    private static readonly NatsSubOpts s_retry = new() { PermissionViolationPolicy = NatsPermissionViolationPolicy.Retry };

    private readonly List<INatsSub<byte[]>> _subscriptions = [];
    private readonly List<Task> _readers = [];

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        (string Verb, Func<byte[]> Answer)[] verbs =
        [
            ("PING", () => JsonSerializer.SerializeToUtf8Bytes(service.Ping(), ServiceJson.Default.PingResponse)),
            ("INFO", () => JsonSerializer.SerializeToUtf8Bytes(service.Info(), ServiceJson.Default.InfoResponse)),
            ("STATS", () => JsonSerializer.SerializeToUtf8Bytes(service.Stats(), ServiceJson.Default.StatsResponse)),
        ];
        foreach ((string verb, Func<byte[]> answer) in verbs)
        {
            foreach (string scope in (string[])["", $".{service.Config.Name}", $".{service.Config.Name}.{service.Id}"])
            {
                INatsSub<byte[]> subscription = await service.Connection.SubscribeCoreAsync(
                    $"{service.Config.ApiPrefix}.{verb}{scope}", serializer: NatsRawSerializer<byte[]>.Default, opts: s_retry, cancellationToken: cancellationToken).ConfigureAwait(false);
                _subscriptions.Add(subscription);
                _readers.Add(AnswerAsync(subscription, answer));
            }
        }

        await Task.WhenAll(_subscriptions.Select(subscription => subscription.ConfirmAsync(cancellationToken).AsTask())).ConfigureAwait(false);
    }

    /// <summary>Completes when every request that has arrived is answered, or with the deadline.</summary>
    public async Task StopAsync(Deadline deadline)
    {
        await deadline.WaitAsync(Task.WhenAll(_subscriptions.Select(subscription => subscription.DrainAsync().AsTask()))).ConfigureAwait(false);
        await deadline.WaitAsync(Task.WhenAll(_readers)).ConfigureAwait(false);
    }

    private async Task AnswerAsync(INatsSub<byte[]> subscription, Func<byte[]> answer)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding); // not in the context of the caller
        try
        {
            await foreach (NatsMsg<byte[]> request in subscription.Msgs.ReadAllAsync().ConfigureAwait(false))
            {
                await AnswerAsync(subscription, request, answer).ConfigureAwait(false);
            }
        }
        catch (NatsException)
        {
            // The subscription has ended, and has the reason.
        }

        service.SubscriptionEnded(subscription, subscription.EndReason, subscription.Exception);
    }

    private async Task AnswerAsync(INatsSub<byte[]> subscription, NatsMsg<byte[]> request, Func<byte[]> answer)
    {
        if (request.ReplyTo is null)
        {
            return;
        }

        try
        {
            await request.ReplyAsync(answer(), serializer: NatsRawSerializer<byte[]>.Default).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            service.ReportException(e, subscription); // the answer is too large, or the connection does not take it
        }
    }
}
