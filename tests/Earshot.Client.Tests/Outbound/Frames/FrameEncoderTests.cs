using System.Text;
using Earshot.Outbound;
using Xunit;

namespace Earshot.Client.Tests.Outbound;

/// <summary>The frame of each form of a message, by one encoder that remembers the head of the last one.</summary>
public sealed class FrameEncoderTests
{
    private const string Block = "NATS/1.0\r\nK: v\r\n\r\n";
    private static readonly string[] s_subjects = ["a", "a.b", "s.\u00e9\u20ac", new string('s', 300)];
    private static readonly string?[] s_replies = [null, "r", "_INBOX.\u00e9.1"];
    private static readonly int[] s_sizes = [0, 0, 1, 9, 10, 99, 100, 12_345, 1];
    private readonly FrameEncoder _encoder = new();

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void Every_form_of_subject_and_reply_subject_has_the_frame_of_the_protocol(bool hasSubjectBytes, bool hasInboxBytes)
    {
        foreach (string subject in s_subjects)
        {
            foreach (string? reply in s_replies)
            {
                foreach (int size in s_sizes)
                {
                    foreach (string? block in (string?[])[null, Block, null])
                    {
                        AssertFrame(subject, reply, size, block, hasSubjectBytes, hasInboxBytes);
                    }
                }
            }
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_long_reply_subject_is_complete(bool hasInboxBytes)
    {
        AssertFrame("s", new string('r', 2000), 3, null, hasSubjectBytes: false, hasInboxBytes);
        AssertFrame(new string('s', 2000), "r", 3, Block, hasSubjectBytes: false, hasInboxBytes);
    }

    [Fact]
    public void The_remembered_head_has_room_for_the_longest_names_and_sizes()
    {
        foreach (string? reply in (string?[])[null, "\u20ac", new string('\u20ac', 50)])
        {
            foreach (int headers in (int[])[0, 1_000_000_000])
            {
                var encoder = new FrameEncoder();
                Assert.False(encoder.TryEncodePlain("\u20ac\u20ac", reply, new HugePayload(headers), new byte[1000], out int written));
                Assert.Equal(0, written);
            }
        }
    }

    [Fact]
    public void The_sizes_of_the_last_message_do_not_stay_for_another_subject_or_other_headers()
    {
        byte[] target = new byte[200];
        AssertPlain("first", new TextPayload("1"), "PUB first 1\r\n1\r\n");
        AssertPlain("longer", new TextPayload("1"), "PUB longer 1\r\n1\r\n");
        AssertPlain("longer", new TextPayload(new string('x', Block.Length + 1)), $"PUB longer {Block.Length + 1}\r\n{new string('x', Block.Length + 1)}\r\n");
        AssertPlain("longer", new HeadersPayload<TextPayload>(Encoding.ASCII.GetBytes(Block), new TextPayload("1")), $"HPUB longer {Block.Length} {Block.Length + 1}\r\n{Block}1\r\n");
        AssertFrame("longer", null, Block.Length + 1, null, hasSubjectBytes: false, hasInboxBytes: false);
        AssertFrame("longer", null, 1, Block, hasSubjectBytes: false, hasInboxBytes: false);

        void AssertPlain<TPayload>(string subject, TPayload payload, string expected)
            where TPayload : IPlainPayload, allows ref struct
        {
            Assert.True(_encoder.TryEncodePlain(subject, null, payload, target, out int written));
            Assert.Equal(expected, Encoding.UTF8.GetString(target, 0, written));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(1365)] // three bytes each: just below the limit of a control line
    public void A_reply_subject_behind_an_encoded_subject_is_not_allocated(int characters)
    {
        byte[] subject = "s"u8.ToArray(), target = new byte[10_000];
        string reply = new('r', characters);
        _encoder.Encode(new OutgoingMessage { Subject = "", SubjectBytes = subject, ReplyTo = reply }, target);
        long before = GC.GetAllocatedBytesForCurrentThread();
        _encoder.Encode(new OutgoingMessage { Subject = "", SubjectBytes = subject, ReplyTo = reply }, target);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_long_reply_subject_behind_an_encoded_subject_is_complete()
    {
        AssertFrame("s", new string('\u20ac', 1366), 3, null, hasSubjectBytes: true, hasInboxBytes: false);
        AssertFrame("s", new string('\u20ac', 20_000), 3, Block, hasSubjectBytes: true, hasInboxBytes: false);
    }

    [Fact]
    public void Further_header_lines_come_behind_the_headers()
    {
        byte[] lines = "X: 1\r\nY: 2\r\n"u8.ToArray();
        var headers = new NatsHeaders { { "K", "v" } };
        int both = OutgoingMessage.MeasureHeaders(headers, lines), alone = OutgoingMessage.MeasureHeaders(null, lines);
        Assert.Equal((0, Block.Length, Block.Length + lines.Length), (OutgoingMessage.MeasureHeaders(null, default), OutgoingMessage.MeasureHeaders(headers, default), both));
        byte[] target = new byte[200];
        int length = _encoder.Encode(new OutgoingMessage { Subject = "a", Headers = headers, HeaderLines = lines, HeadersLength = both, Payload = "x"u8 }, target);
        Assert.Equal($"HPUB a {both} {both + 1}\r\nNATS/1.0\r\nK: v\r\nX: 1\r\nY: 2\r\n\r\nx\r\n", Encoding.UTF8.GetString(target, 0, length));
        length = _encoder.Encode(new OutgoingMessage { Subject = "a", HeaderLines = lines, HeadersLength = alone }, target);
        Assert.Equal($"HPUB a {alone} {alone}\r\nNATS/1.0\r\nX: 1\r\nY: 2\r\n\r\n\r\n", Encoding.UTF8.GetString(target, 0, length));
    }

    [Fact]
    public void Headers_that_another_thread_has_changed_are_not_sent()
    {
        var headers = new NatsHeaders { { "K", "value" } };
        int measured = OutgoingMessage.MeasureHeaders(headers, default);
        headers["K"] = "v";
        InvalidOperationException refused = Assert.Throws<InvalidOperationException>(() => _encoder.Encode(new OutgoingMessage { Subject = "a", Headers = headers, HeadersLength = measured }, new byte[200]));
        Assert.Equal("The headers were changed by another thread while they were being published.", refused.Message);
    }

    [Fact]
    public void Plain_messages_have_the_same_frames_whatever_came_before()
    {
        var expected = new StringBuilder();
        byte[] target = new byte[1 << 20];
        int at = 0;
        foreach (string subject in (string[])["a", "b", "a", "s.\u00e9"])
        {
            foreach (string? reply in (string?[])[null, "r", "q", null])
            {
                foreach (int size in s_sizes)
                {
                    string text = new('x', size);
                    Assert.True(_encoder.TryEncodePlain(subject, reply, new TextPayload(text), target.AsSpan(at), out int written));
                    at += written;
                    Assert.True(_encoder.TryEncodePlain(subject, reply, new BytesPayload(Encoding.ASCII.GetBytes(text)), target.AsSpan(at), out written));
                    at += written;
                    Assert.True(_encoder.TryEncodePlain(subject, reply, new HeadersPayload<TextPayload>(Encoding.ASCII.GetBytes(Block), new TextPayload(text)), target.AsSpan(at), out written));
                    at += written;
                    string plain = Frame(subject, reply, text, null);
                    expected.Append(plain).Append(plain).Append(Frame(subject, reply, text, Block));
                }
            }
        }

        Assert.Equal(expected.ToString(), Encoding.UTF8.GetString(target, 0, at));
    }

    [Theory]
    [InlineData("payload")]
    [InlineData("")]
    public void A_plain_message_needs_room_for_all_of_its_frame(string text)
    {
        int size = Frame("a", "r", text, null).Length;
        for (int room = 0; room <= size + 1; room++)
        {
            byte[] target = new byte[room];
            bool fits = _encoder.TryEncodePlain("a", "r", new TextPayload(text), target, out int written);
            Assert.Equal((room >= size, room >= size ? size : 0), (fits, written));
            Assert.True(fits || target.All(value => value == 0));
        }
    }

    [Theory]
    [InlineData("\u00e9")]
    [InlineData("abc\u20ac")]
    public void Text_that_is_not_ASCII_has_another_length_than_it_says_and_is_not_plain(string text)
    {
        Assert.False(_encoder.TryEncodePlain("a", null, new TextPayload(text), new byte[100], out int written));
        Assert.False(_encoder.TryEncodePlain("a", null, new HeadersPayload<TextPayload>(Encoding.ASCII.GetBytes(Block), new TextPayload(text)), new byte[100], out int withHeaders));
        Assert.Equal((0, 0), (written, withHeaders));
    }

    [Fact]
    public void Only_the_same_strings_are_the_last_ones()
    {
        string subject = "subject", other = new("subject".AsSpan()), reply = "reply";
        Assert.False(_encoder.IsLast(subject, null));
        Assert.True(_encoder.TryEncodePlain(subject, null, new BytesPayload([]), new byte[100], out _));
        Assert.True(_encoder.IsLast(subject, null));
        Assert.False(_encoder.IsLast(subject, reply));
        Assert.False(_encoder.IsLast(other, null)); // equal, but it was not checked
        Assert.False(_encoder.IsLast(null!, null));
        Assert.True(_encoder.TryEncodePlain(subject, reply, new BytesPayload([]), new byte[100], out _));
        Assert.True(_encoder.IsLast(subject, reply));
        Assert.True(_encoder.IsLast(subject, null)); // it was valid with a reply subject, and is so without
    }

    [Fact]
    public void A_publish_that_waited_is_the_same_message()
    {
        var headers = new NatsHeaders { { "K", "v" } };
        var queued = new QueuedPublish { Subject = "a", ReplyTo = "r", Headers = headers, HeadersLength = Block.Length, Payload = "xyz"u8.ToArray() };
        Assert.Equal(Block.Length + 3, queued.Size);
        byte[] target = new byte[100];
        int length = _encoder.Encode(queued.AsMessage(), target);
        Assert.Equal(Frame("a", "r", "xyz", Block), Encoding.UTF8.GetString(target, 0, length));
    }

    private void AssertFrame(string subject, string? reply, int size, string? block, bool hasSubjectBytes, bool hasInboxBytes)
    {
        string payload = new('p', size);
        var message = new OutgoingMessage
        {
            Subject = hasSubjectBytes ? "" : subject,
            SubjectBytes = hasSubjectBytes ? Encoding.UTF8.GetBytes(subject) : default,
            ReplyTo = hasInboxBytes ? null : reply,
            ReplyInbox = hasInboxBytes && reply is not null ? Encoding.UTF8.GetBytes(reply) : default,
            Headers = block is null ? null : new NatsHeaders { { "K", "v" } },
            HeadersLength = block?.Length ?? 0,
            Payload = Encoding.ASCII.GetBytes(payload),
        };
        string expected = Frame(subject, reply, payload, block);
        byte[] target = new byte[FrameEncoder.Measure(message)];
        int length = _encoder.Encode(message, target);
        Assert.Equal(expected, Encoding.UTF8.GetString(target, 0, length));
        Assert.InRange(target.Length - length, 0, (3 * (subject.Length + (reply?.Length ?? 0))) + 40); // the room that was reserved is enough, and not much more
    }

    /// <summary>Sizes of ten digits, of bytes that there are not.</summary>
    private readonly struct HugePayload(int headers) : IPlainPayload
    {
        public int HeadersLength => headers;

        public int Length => 2_000_000_000;

        public bool TryWrite(Span<byte> target) => false;
    }

    private static string Frame(string subject, string? reply, string payload, string? block)
    {
        string names = reply is null ? subject : $"{subject} {reply}";
        return block is null ? $"PUB {names} {payload.Length}\r\n{payload}\r\n" : $"HPUB {names} {block.Length} {block.Length + payload.Length}\r\n{block}{payload}\r\n";
    }
}
