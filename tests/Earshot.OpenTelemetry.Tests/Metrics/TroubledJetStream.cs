using Earshot.JetStream;
using Earshot.Services;
using Xunit;

namespace Earshot.OpenTelemetry.Tests.Metrics;

/// <summary>A connection on which everything happens that can be measured of streams and endpoints.</summary>
internal static class TroubledJetStream
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Runs it and reports when everything has happened.</summary>
    public static async Task RunAsync(string name)
    {
        await using NatsTestServer server = await NatsTestServer.StartAsync(new NatsTestServerOptions { JetStream = true }, Cancel);
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url, Name = name });
        var context = new NatsJSContext(connection);
        await context.CreateStreamAsync(new StreamConfig("ORDERS", ["orders.>"]), Cancel);
        INatsJSConsumer worker = await context.CreateOrUpdateConsumerAsync("ORDERS", new ConsumerConfig("worker"), Cancel);
        await HandleAsync(context, worker);
        await StallAsync(server, connection, context, worker);
        await RecreateAsync(server, connection, context);
        await RegressAsync(server, connection, context);
        await ServeAsync(connection);
    }

    private static async Task HandleAsync(NatsJSContext context, INatsJSConsumer worker)
    {
        await context.PublishAsync("orders.new", "1", cancellationToken: Cancel);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        await worker.RunAsync<string>(
            async (msg, _) =>
            {
                await msg.AckAsync(cancellationToken: Cancel);
                await stop.CancelAsync();
                throw new InvalidOperationException("handled and failed");
            },
            cancellationToken: stop.Token);
        await foreach (INatsJSMsg<string> _ in worker.FetchNoWaitAsync<string>(new NatsJSFetchOpts { MaxMsgs = 1 }, cancellationToken: Cancel))
        {
            break;
        }
    }

    private static async Task StallAsync(NatsTestServer server, NatsConnection connection, NatsJSContext context, INatsJSConsumer worker)
    {
        await using INatsJSConsume<string> read = await worker.StartConsumeAsync<string>(cancellationToken: Cancel);
        server.JetStream.Faults.ChangeLeader("ORDERS", TimeSpan.FromDays(1)); // however late the next pull is
        await connection.Events.WhenAsync<NatsConsumerStalledEvent>(after: 0, Cancel).WaitAsync(s_limit, Cancel);
        server.JetStream.Faults.Restore("ORDERS");
        await context.PublishAsync("orders.new", "2", cancellationToken: Cancel);
        await connection.Events.WhenAsync<NatsConsumerResumedEvent>(after: 0, Cancel).WaitAsync(s_limit, Cancel);
    }

    private static async Task RecreateAsync(NatsTestServer server, NatsConnection connection, NatsJSContext context)
    {
        INatsJSConsumer ordered = await context.CreateOrderedConsumerAsync("ORDERS", cancellationToken: Cancel);
        await using INatsJSConsume<string> read = await ordered.StartConsumeAsync<string>(cancellationToken: Cancel);
        await using IAsyncEnumerator<INatsJSMsg<string>> messages = read.Msgs.GetAsyncEnumerator(Cancel);
        Assert.True(await messages.MoveNextAsync());
        Assert.True(await messages.MoveNextAsync());
        Task<bool> third = messages.MoveNextAsync().AsTask();
        await foreach (string consumer in context.ListConsumerNamesAsync("ORDERS", Cancel))
        {
            if (consumer != "worker")
            {
                server.JetStream.Faults.DeleteConsumer("ORDERS", consumer);
            }
        }

        await connection.Events.WhenAsync<NatsConsumerRecreatedEvent>(after: 0, Cancel).WaitAsync(s_limit, Cancel);
        await context.PublishAsync("orders.new", "3", cancellationToken: Cancel);
        Assert.True(await third.WaitAsync(s_limit, Cancel));
    }

    private static async Task RegressAsync(NatsTestServer server, NatsConnection connection, NatsJSContext context)
    {
        server.JetStream.Faults.DropTail("ORDERS", 1);
        await context.PublishAsync("orders.new", "4", cancellationToken: Cancel);
        await connection.Events.WhenAsync<NatsStreamRegressionEvent>(after: 0, Cancel).WaitAsync(s_limit, Cancel);
    }

    private static async Task ServeAsync(NatsConnection connection)
    {
        await using INatsSvcServer service = await connection.CreateServicesContext().AddServiceAsync("orders", "1.0.0", cancellationToken: Cancel);
        await service.AddEndpointAsync<string>(_ => throw new NatsSvcEndpointException(404, "no such order"), "get", "orders.*", cancellationToken: Cancel);
        await connection.RequestAsync<string, string>("orders.7", "?", cancellationToken: Cancel);
    }
}
