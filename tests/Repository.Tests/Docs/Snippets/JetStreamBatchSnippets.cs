using System.Numerics;
using Earshot;
using Earshot.JetStream;

namespace Repository.Tests.Docs.Snippets;

/// <summary>The code of the guide about batches, counters and schedules. It is compiled and not run.</summary>
internal static class JetStreamBatchSnippets
{
    internal static async Task AtomicAsync(INatsJSContext js)
    {
        // snippet: jetstream-atomic-batch
        await using NatsJSBatchPublisher batch = await js.CreateBatchPublisherAsync("LEDGER");
        await batch.AddAsync("ledger.alice", -20, opts: new NatsJSBatchMsgOpts { MsgId = "transfer-7-a" });
        NatsJSBatchAck ack = await batch.CommitAsync("ledger.bob", 20, opts: new NatsJSBatchMsgOpts { MsgId = "transfer-7-b" });
        // end snippet
        Console.WriteLine(ack);
    }

    internal static async Task ResendAsync(NatsJSBatchPublisher batch, int amount)
    {
        // snippet: jetstream-batch-resend
        while (true)
        {
            try
            {
                await batch.CommitAsync("ledger.bob", amount);
                break;
            }
            catch (NatsJSBatchException e) when (e.Outcome == NatsOutcome.Rejected)
            {
                await batch.ResendAsync(); // the messages that were added, as a new batch
            }
        }

        // end snippet
    }

    internal static async Task FastAsync(INatsJSContext js, IAsyncEnumerable<byte[]> rows)
    {
        // snippet: jetstream-fast-batch
        await using NatsJSFastPublisher batch = await js.CreateFastPublisherAsync("LEDGER");
        await foreach (byte[] row in rows)
        {
            await batch.AddAsync("ledger.import", row);
        }

        NatsJSBatchAck ack = await batch.CommitAsync();
        // end snippet
        Console.WriteLine(ack);
    }

    internal static async Task CounterAsync(INatsJSContext js)
    {
        // snippet: jetstream-counter
        NatsJSCounter visits = await js.GetCounterAsync("VISITS");
        BigInteger total = await visits.AddAsync("visits.home", 1);
        CounterEntry? shop = await visits.GetAsync("visits.shop");
        await foreach (CounterEntry entry in visits.GetManyAsync(["visits.>"]))
        {
            Console.WriteLine($"{entry.Subject} = {entry.Value}");
        }

        // end snippet
        Console.WriteLine($"{total} {shop}");
    }

    internal static async Task ScheduleAsync(INatsJSContext js)
    {
        // snippet: jetstream-schedule
        PubAckResponse ack = await js.PublishScheduledAsync(
            "reminders.plan.42", "pay the bill", NatsMsgSchedule.At(DateTimeOffset.UtcNow.AddDays(1)), target: "reminders.due");
        ack.EnsureSuccess();
        await js.CancelScheduledAsync("reminders.plan.42");
        // end snippet
    }

    internal static async Task ReadAsync(INatsJSContext js)
    {
        // snippet: jetstream-batch-get
        var request = new StreamMsgBatchGetRequest { Batch = 100, NextBySubj = "sensors.>" };
        await foreach (NatsMsg<int> message in js.GetBatchDirectAsync<int>("SENSORS", request, ended: end => Console.WriteLine($"{end.NumPending} left")))
        {
            Console.WriteLine(message.Data);
        }

        // end snippet
    }
}
