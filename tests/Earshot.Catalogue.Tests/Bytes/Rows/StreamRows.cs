using static Earshot.Catalogue.Tests.Bytes.Rows.Row;

namespace Earshot.Catalogue.Tests.Bytes.Rows;

/// <summary>P88 to P92: the same bytes in other pieces, damaged, or ended early.</summary>
internal static class StreamRows
{
    public static IReadOnlyList<ByteRow> All { get; } =
    [
        Elsewhere("P88", "two pieces", Disposition.Accepted, "Earshot.Catalogue.Tests/Streams/SplitTests.cs", "Corpus_is_read_the_same_in_any_two_pieces"),
        Elsewhere("P88", "single bytes", Disposition.Accepted, "Earshot.Catalogue.Tests/Streams/SplitTests.cs", "Corpus_is_read_the_same_byte_by_byte"),
        Elsewhere("P88", "random pieces", Disposition.Accepted, "Earshot.Catalogue.Tests/Streams/SplitTests.cs", "Corpus_is_read_the_same_in_random_pieces"),
        Elsewhere("P89", "", Disposition.Accepted, "Earshot.Catalogue.Tests/Streams/DamageTests.cs", "Damaged_byte_is_read_or_refused_and_nothing_behind_it_is_lost"),
        Elsewhere("P90", "", Disposition.Accepted, "Earshot.Catalogue.Tests/Streams/DamageTests.cs", "End_at_any_byte_delivers_the_exact_prefix"),
        Elsewhere("P90", "connection", Disposition.Accepted, "Earshot.Catalogue.Tests/Streams/ReceiveTests.cs", "End_at_any_byte_is_an_orderly_end_of_the_session"),
        Elsewhere("P91", "", Disposition.Accepted, "Earshot.Catalogue.Tests/Streams/ReceiveTests.cs", "Corpus_is_received_the_same_in_pieces_of_any_size"),
        Elsewhere("P92", "buffer", Disposition.Accepted, "Earshot.Client.Tests/Sessions/ReceiveBufferTests.cs", "P92_it_grows_with_the_traffic_and_shrinks_after_a_large_message"),
        Elsewhere("P92", "process", Disposition.Accepted, "Earshot.Catalogue.Tests/Memory/MemoryTests.cs", "Large_messages_stay_within_their_memory") with
        {
            Difference = "The buffer shrinks, but the shared array pool keeps what it returns until the pool is trimmed: several times 64 MiB remain in the process meanwhile.",
        },
    ];
}
