using Earshot.JetStream;
using Earshot.JetStream.Requests;
using Earshot.Testing;
using Xunit;
using static Earshot.Catalogue.Tests.Calls.Rows.Row;

namespace Earshot.Catalogue.Tests.Calls.Rows;

/// <summary>A49 to A54: JetStream, key-value stores and object stores. What needs a stream is run by the tests of those packages, on both servers.</summary>
internal static class JetStreamRows
{
    private const string Acks = "Earshot.JetStream.Tests/Consuming/Real/AckTests.cs";
    private const string Entries = "Earshot.KeyValueStore.Tests/Entries/EntryTests.cs";
    private const string Puts = "Earshot.ObjectStore.Tests/Objects/PutTests.cs";

    private static readonly string[] s_names = ["", ".", "*", ">", "/", "\\", "a b", "a.b", "a\tb"];

    public static IReadOnlyList<CallRow> All { get; } =
    [
        Elsewhere("A49", "twice, and after a termination", Acks, "Ack_is_sent_once") with { Difference = "A second terminal ack does nothing and returns the first outcome (jetstream.md 2.6)." },
        Elsewhere("A49", "consumer is gone", Acks, "Confirmed_ack_to_a_deleted_consumer_has_the_outcome_ConsumerGone"),
        Elsewhere("A49", "without acks", Acks, "Ack_with_policy_none_sends_nothing"),
        Elsewhere("A49", "confirmation that does not come", "Earshot.JetStream.Tests/Consuming/Engine/ConfirmedAckTests.cs", "Lost_session_makes_it_unknown_and_the_next_session_may_still_bring_the_confirmation"),
        .. s_names.SelectMany(name => (CallRow[])
        [
            Refused("A50", $"stream {Shown(name)}", (context, cancel) => context.GetStreamAsync(name, cancellationToken: cancel).AsTask()),
            Refused("A50", $"new stream {Shown(name)}", (context, cancel) => context.CreateStreamAsync(new StreamConfig(name, ["x"]), cancel).AsTask()),
            Refused("A50", $"consumer {Shown(name)}", (context, cancel) => context.GetConsumerAsync("S", name, cancel).AsTask()),
        ]),
        Elsewhere("A50", "keys", Entries, "Keys_and_filters_that_are_not_valid_throw_before_anything_is_sent") with { Difference = "A key that is not valid is a NatsKVException, as in the official client." },
        Elsewhere("A50", "buckets", "Earshot.KeyValueStore.Tests/Buckets/BucketTests.cs", "Names_and_configurations_that_are_not_valid_throw_before_anything_is_sent"),
        Elsewhere("A50", "object stores", "Earshot.ObjectStore.Tests/Buckets/StoreTests.cs", "Names_and_configurations_that_are_not_valid_throw_before_anything_is_sent"),
        Elsewhere("A51", "stale revision", Entries, "Update_with_another_revision_is_rejected_with_the_last_one_as_a_hint"),
        Elsewhere("A51", "existing key", Entries, "Entry_is_written_read_updated_and_deleted"),
        Elsewhere("A51", "time to live", Entries, "Time_to_live_is_refused_by_a_bucket_without_it"),
        Elsewhere("A52", "source throws, cancelled", Puts, "Failed_put_leaves_no_chunks"),
        Elsewhere("A52", "size", Puts, "Size_multiple_of_the_chunk_has_no_empty_chunk"),
        Elsewhere("A52", "large object", "Earshot.ObjectStore.Tests/Objects/LargeObjectTests.cs", "Object_of_1_GiB_is_written_and_read_in_constant_memory"),
        RefusedFetch("batch of 0", new NatsJSFetchOpts { MaxMsgs = 0 }),
        RefusedFetch("negative batch", new NatsJSFetchOpts { MaxMsgs = -1 }),
        RefusedFetch("bytes of 0", new NatsJSFetchOpts { MaxBytes = 0 }),
        RefusedFetch("expires of 0", new NatsJSFetchOpts { Expires = TimeSpan.Zero }) with { Difference = "Below 1 s is allowed: servers accept it, and a heartbeat is only sent from 10 s on (jetstream.md 2.1)." },
        RefusedFetch("negative expires", new NatsJSFetchOpts { Expires = TimeSpan.FromSeconds(-1) }),
        RefusedFetch("heartbeat above half of expires", new NatsJSFetchOpts { Expires = TimeSpan.FromSeconds(2), IdleHeartbeat = TimeSpan.FromSeconds(1.1) }),
        Elsewhere("A54", "deleted", "Earshot.JetStream.Tests/Consuming/Real/OutageTests.cs", "Deleted_consumer_delivers_its_buffer_first"),
        Elsewhere("A54", "push consumer", "Earshot.JetStream.Tests/Consuming/Push/PushReadTests.cs", "Calls_of_the_other_kind_of_consumer_throw"),
    ];

    // The task fails with an ArgumentException, and no byte is sent.
    private static CallRow Refused(string id, string name, Func<NatsJSContext, CancellationToken, Task> call) => Scenario(id, name, async rig =>
    {
        ScriptedPeer peer = await rig.OpenAsync();
        await Assert.ThrowsAnyAsync<ArgumentException>(() => call(new NatsJSContext(rig.Connection), rig.Token));
        await rig.Connection.PublishAsync("next", 1, cancellationToken: rig.Token);
        await peer.ExpectAsync("PUB next", rig.Token);
    });

    private static CallRow RefusedFetch(string name, NatsJSFetchOpts opts) => Refused("A53", name, async (context, cancel) =>
    {
        var info = new ConsumerInfo { StreamName = "S", Name = "C", Config = new ConsumerConfig("C") };
        var consumer = new NatsJSConsumer(new ContextParts((NatsConnection)context.Connection, new NatsJSOpts(context.Connection.Opts)), info);
        await foreach (INatsJSMsg<int> _ in consumer.FetchAsync<int>(opts, cancellationToken: cancel))
        {
            Assert.Fail("There is no message.");
        }
    });
}
