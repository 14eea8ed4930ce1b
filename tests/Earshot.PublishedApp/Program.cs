// Published trimmed and AOT-compiled by the tests, then run against a real server: what reflection or dynamic code would break, breaks here.
using System.Globalization;
using System.Text;
using Earshot;
using Earshot.PublishedApp;

var opts = new NatsOpts
{
    Url = args[0],
    AuthOpts = args.Length > 1 ? new NatsAuthOpts { NKey = args[1], Seed = args[2] } : new NatsAuthOpts(),
    SerializerRegistry = new NatsJsonContextSerializerRegistry(OrderJson.Default),
};
var kinds = new StringBuilder();
await using (var connection = new NatsConnection(opts))
{
    connection.Events.On<NatsConnectedEvent>(e => Console.WriteLine($"connected: {e.Kind}"));
    await connection.ConnectAsync();
    await using INatsSub<Order> orders = await connection.SubscribeCoreAsync<Order>("orders.*");
    await connection.PublishAsync("orders.new", new Order(7, "tea"), new NatsHeaders { ["source"] = "test" });
    NatsMsg<Order> order = await orders.Msgs.ReadAsync();
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{order.Subject}: {order.Data} {order.Headers?["source"]}"));

    await using INatsSub<string> service = await connection.SubscribeCoreAsync<string>("echo");
    Task<NatsMsg<string>> reply = connection.RequestAsync<string, string>("echo", "request").AsTask();
    NatsMsg<string> request = await service.Msgs.ReadAsync();
    await request.ReplyAsync($"reply to {request.Data}");
    Console.WriteLine((await reply).Data);

    await connection.FlushAsync();
    using var journal = new MemoryStream();
    await connection.Events.ExportAsync(journal);
    journal.Position = 0;
    await foreach (NatsConnectionEvent e in NatsJournalExport.ReadAsync(journal))
    {
        kinds.Append(e.Kind).Append(' ');
    }
}

Console.WriteLine($"journal: {kinds}");
