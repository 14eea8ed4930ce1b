using Earshot;
using Earshot.ObjectStore;

namespace Repository.Tests.Docs.Snippets;

/// <summary>Code that the guide of the object store prints and no sample holds; it is compiled, and the tests do not run it.</summary>
internal static class ObjectStoreSnippets
{
    internal static async Task GetAsync(INatsObjStore drop, Stream response, CancellationToken cancellationToken)
    {
        // snippet: object-store-get
        try
        {
            await drop.GetAsync("reports/today", response, leaveOpen: true, cancellationToken);
        }
        catch (NatsObjNotFoundException)
        {
            Console.WriteLine("there is no report");
        }
        catch (NatsObjChangedException)
        {
            Console.WriteLine("another report replaced it; what was written is not a report");
        }
        // end snippet
    }

    internal static async Task ChangeAsync(INatsObjStore drop, CancellationToken cancellationToken)
    {
        // snippet: object-store-change
        await drop.RenameAsync("reports/today", "reports/monday", cancellationToken);
        await drop.UpdateMetaAsync("reports/monday", new ObjectMetadata { Description = "sales of Monday" }, cancellationToken);
        await drop.AddLinkAsync("reports/latest", "reports/monday", cancellationToken);
        byte[] latest = await drop.GetBytesAsync("reports/latest", cancellationToken);
        await foreach (ObjectMetadata info in drop.ListAsync(cancellationToken: cancellationToken))
        {
            Console.WriteLine($"{info.Name} {info.Size} {info.MTime}");
        }
        // end snippet
        _ = latest;
    }

    internal static async Task UncertainAsync(INatsObjStore drop, NatsConnection connection, byte[] bytes)
    {
        // snippet: object-store-uncertain
        connection.Events.On<NatsUncertainOutcomeEvent>(e =>
        {
            if (e.Operation == UncertainOperation.ObjectPut)
            {
                Console.WriteLine($"{e.Subject}: {e.Result}"); // LateStored when the acknowledgement arrives after all
            }
        });
        try
        {
            await drop.PutAsync("reports/today", bytes);
        }
        catch (Exception e) when (e is INatsDelivery { Outcome: NatsOutcome.Unknown })
        {
            ObjectMetadata present = await drop.GetInfoAsync("reports/today"); // the new report, the old one, or later the new one
            Console.WriteLine($"now: {present.Digest}");
        }
        // end snippet
    }
}
