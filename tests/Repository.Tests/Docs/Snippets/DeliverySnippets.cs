using Earshot;

namespace Repository.Tests.Docs.Snippets;

/// <summary>Code that the guides print and no sample holds; it is compiled, and the tests do not run it.</summary>
internal static class DeliverySnippets
{
    internal static async Task PublishAsync(INatsConnection connection, byte[] order)
    {
        // snippet: outcome
        try
        {
            await connection.PublishAsync("orders", order);
        }
        catch (NatsDeliveryException e) when (e.Outcome == NatsOutcome.NotSent)
        {
            Console.WriteLine($"The server never saw it, so sending it again is safe: {e.Message}");
        }
        catch (NatsDeliveryException e) when (e.Outcome == NatsOutcome.Unknown)
        {
            Console.WriteLine($"It may have arrived: {e.Message}");
        }
        // end snippet
    }

    internal static async Task ConfirmAsync(INatsConnection connection, byte[] order)
    {
        // snippet: flush
        await connection.PublishAsync("orders", order);
        await connection.FlushAsync();
        // end snippet
    }

    internal static async Task PublishUntilConfirmedAsync(INatsConnection connection, IReadOnlyList<byte[]> orders)
    {
        // snippet: flush-mark
        NatsPublishMark mark = connection.GetPublishMark();
        foreach (byte[] order in orders)
        {
            await connection.PublishAsync("orders", order);
        }

        try
        {
            await connection.FlushAsync(mark);
        }
        catch (NatsUncertainPublishException e)
        {
            Console.WriteLine($"{e.Messages} of {orders.Count} orders may not have arrived; send them again if duplicates do no harm");
        }
        // end snippet
    }

    internal static NatsOpts Buffer()
    {
        // snippet: buffer-options
        var opts = new NatsOpts
        {
            PendingBufferSize = 1024 * 1024,
            PendingBufferPolicy = NatsPendingBufferPolicy.Fail,
        };
        // end snippet
        return opts;
    }

    internal static async Task SubscribeAsync(INatsConnection connection)
    {
        // snippet: sub-confirm
        await using INatsSub<string> secrets = await connection.SubscribeCoreAsync<string>("secrets.>");
        try
        {
            await secrets.ConfirmAsync();
        }
        catch (NatsPermissionViolationException e)
        {
            Console.WriteLine($"not allowed: {e.Error.Text}");
        }
        // end snippet
    }
}
