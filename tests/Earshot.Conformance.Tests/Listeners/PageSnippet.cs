namespace Earshot.Conformance.Tests.Listeners;

/// <summary>The C# of the page, with other usings and the address as a parameter; it prints to the console and to nothing else.</summary>
internal static class PageSnippet
{
#pragma warning disable CS1998 // The page's handlers are async without an await.
    public static async Task RunAsync(string url, Func<Task> meanwhile)
    {
        await using var client = new NatsClient(url);

        client.Connection.ConnectionDisconnected += async (sender, args) =>
        {
            Console.WriteLine($"Disconnected: {args.Message}");
        };

        client.Connection.ConnectionOpened += async (sender, args) =>
        {
            Console.WriteLine($"Connected: {args.Message}");
        };

        client.Connection.ReconnectFailed += async (sender, args) =>
        {
            Console.WriteLine($"Reconnect Failed: {args.Message}");
        };

        await client.ConnectAsync();
        await meanwhile();
    }
#pragma warning restore CS1998
}
