// A worker: handles messages, publishes, listens to its connection, and drains when the host stops.
// snippet: worker
using Earshot;
using Earshot.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(args);
builder.Configuration["ConnectionStrings:nats"] ??= Environment.GetEnvironmentVariable("NATS_URL");
builder.AddNats();
builder.Services.AddSingleton<OrderBook>();
builder.Services.AddNatsSubscriber("orders.*", "workers", async (NatsMsg<string> order, OrderBook book, CancellationToken ct) =>
{
    int number = book.Add(order.Data);
    if (order.ReplyTo is not null)
    {
        await order.ReplyAsync($"order {number} taken", cancellationToken: ct);
    }
});
builder.Services.AddNatsListener<OutageListener>();
builder.Services.AddHostedService<Reporter>();
await builder.Build().RunAsync();

internal sealed class OrderBook
{
    private int _count;

    public int Count => _count;

    public int Add(string? order) => order is null ? _count : Interlocked.Increment(ref _count);
}

internal sealed class OutageListener : INatsConnectionListener
{
    public NatsEventFilter Filter => NatsEventFilter.Of(NatsEventKind.Reconnected);

    public ValueTask OnReconnectedAsync(NatsReconnectedEvent e, CancellationToken ct)
    {
        Console.WriteLine($"away for {e.OutageDuration}");
        return default;
    }
}

// Publishes until the host stops; what it publishes at the end is flushed before the connection closes.
internal sealed class Reporter(INatsConnection connection, OrderBook book) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(10));
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await connection.PublishAsync("orders-taken", book.Count, cancellationToken: stoppingToken);
        }
    }
}
// end snippet
