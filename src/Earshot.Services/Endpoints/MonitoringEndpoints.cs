using System.Text.Json;
using Earshot.Services.Models;

namespace Earshot.Services.Endpoints;

/// <summary>Answers ping, info and statistics of one service, on the subject of all services, of its name, and of its id.</summary>
internal sealed class MonitoringEndpoints(RunningService service)
{
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
                INatsSub<byte[]> subscription = await service.Connection.SubscribeCoreAsync<byte[]>(
                    $"{service.Config.ApiPrefix}.{verb}{scope}", serializer: NatsRawSerializer<byte[]>.Default, cancellationToken: cancellationToken).ConfigureAwait(false);
                _subscriptions.Add(subscription);
                _readers.Add(AnswerAsync(subscription, answer));
            }
        }

        await Task.WhenAll(_subscriptions.Select(subscription => subscription.ConfirmAsync(cancellationToken).AsTask())).ConfigureAwait(false);
    }

    /// <summary>Completes when every request that has arrived is answered.</summary>
    public async Task StopAsync()
    {
        await Task.WhenAll(_subscriptions.Select(subscription => subscription.DrainAsync().AsTask())).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(_readers).ConfigureAwait(false);
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
            service.ConnectionEnded();
        }
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
            service.ReportException(e, subscription); // of the application's StatsHandler, or of the connection
        }
    }
}
