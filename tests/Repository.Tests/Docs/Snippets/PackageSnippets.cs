using Earshot;

namespace Repository.Tests.Docs.Snippets;

/// <summary>The code in the README files of the packages; compiled here, and that of the server is run by the test of a new project.</summary>
internal static class PackageSnippets
{
    internal static async Task ClientAsync()
    {
        // snippet: the package of the client
        await using var client = new NatsClient("nats://localhost:4222");
        client.Connection.Events.On<NatsConnectionEvent>(e => Console.WriteLine(e)); // everything, as one line each

        await using INatsSub<string> greetings = await client.Connection.SubscribeCoreAsync<string>("greet.*");
        await client.PublishAsync("greet.world", "hello");
        NatsMsg<string> message = await greetings.Msgs.ReadAsync();
        // end snippet
        Console.WriteLine(message.Data);
    }

    internal static async Task ServerAsync()
    {
        // snippet: the package of the server
        await using NatsTestServer server = await NatsTestServer.StartAsync();
        await using var connection = new NatsConnection(new NatsOpts { Url = server.Url }); // of the package Earshot, or any other NATS client
        var heard = new TaskCompletionSource<NatsReconnectedEvent>();
        connection.Events.On<NatsReconnectedEvent>(heard.SetResult); // your handler here
        await connection.ConnectAsync();
        server.Faults.Drop(NatsTestServerDrop.Reset);
        Console.WriteLine(await heard.Task);
        // end snippet
    }
}
