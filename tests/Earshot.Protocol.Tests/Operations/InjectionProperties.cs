using System.Buffers;
using System.Text;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace Earshot.Protocol.Tests;

/// <summary>
/// A million texts made to break a line. What the rules accept is written and read back by lines and blanks alone, with none of the
/// library's own reading: it is exactly one operation, or exactly one header line, with the text that went in.
/// </summary>
public class InjectionProperties
{
    private const int Subjects = 400_000;
    private const int Pairs = 200_000;
    private const int Headers = 400_000;

    // Most texts are valid except for one or two of these characters, so that acceptance is common and a rejection has one cause.
    private const string Wild = " \t\r\n\0\v\f\u0001\u001f\u007f\u0085\u00a0\u2028\u2029.:*>\ud800\udfff\ufeff\u00e9\u20ac";
    private static readonly SearchValues<char> s_wild = SearchValues.Create(Wild);
    private const string Tame = "abcdefgh.XYZ09_-$";

    [Fact]
    public void Accepted_subjects_are_one_operation()
    {
        var random = new Random(1);
        int accepted = 0;
        byte[] frame = new byte[512];
        for (int i = 0; i < Subjects; i++)
        {
            string subject = Next(random);
            if (SubjectRules.IsValidPublish(subject))
            {
                accepted++;
                int length = ClientOperationWriter.WritePublishHead(frame, subject, (string?)null, 0);
                AssertWords(frame.AsSpan(0, length), "PUB", subject, "0");
            }

            if (SubjectRules.IsValidSubscribe(subject))
            {
                AssertWords(frame.AsSpan(0, ClientOperationWriter.WriteSubscribe(frame, subject, null, 7)), "SUB", subject, "7");
            }
        }

        Assert.InRange(accepted, Subjects / 10, Subjects * 9 / 10);
    }

    [Fact]
    public void Accepted_replies_and_queue_groups_are_one_operation()
    {
        var random = new Random(2);
        int accepted = 0;
        byte[] frame = new byte[512];
        for (int i = 0; i < Pairs; i++)
        {
            string second = Next(random);
            if (IsAccepted(() => SubjectRules.ThrowIfInvalidReplyTo(second, "replyTo"), SubjectRules.IsValidPublish(second)))
            {
                accepted++;
                AssertWords(frame.AsSpan(0, ClientOperationWriter.WriteHeadersPublishHead(frame, "s", second, 12, 0)), "HPUB", "s", second, "12", "12");
            }

            // Throwing costs more than everything else here, so most of those that must throw are left out.
            if ((i % 16 == 0 || !second.AsSpan().ContainsAny(s_wild)) && Record.Exception(() => SubjectRules.ThrowIfInvalidQueueGroup(second, "q")) is null)
            {
                AssertWords(frame.AsSpan(0, ClientOperationWriter.WriteSubscribe(frame, "s", second, 7)), "SUB", "s", second, "7");
            }
        }

        Assert.InRange(accepted, Pairs / 10, Pairs * 9 / 10);
    }

    [Fact]
    public void Accepted_headers_are_one_line_each()
    {
        var random = new Random(3);
        int accepted = 0;
        byte[] block = new byte[512];
        for (int i = 0; i < Headers; i++)
        {
            string name = Next(random), value = Next(random);
            if (!HeaderRules.IsValidName(name) || !HeaderRules.IsValidValue(value))
            {
                continue;
            }

            accepted++;
            var headers = new NatsHeaders { [name] = value };
            string[] lines = Encoding.UTF8.GetString(block.AsSpan(0, HeaderCodec.Write(headers, block))).Split('\n');
            Assert.Equal(4, lines.Length);
            Assert.Equal("NATS/1.0\r", lines[0]);
            Assert.Equal($"{name}: {value}\r", lines[1]);
            Assert.Equal(("\r", ""), (lines[2], lines[3]));
            Assert.Equal(3, block.AsSpan(0, HeaderCodec.Measure(headers)).Count((byte)'\r'));
        }

        Assert.InRange(accepted, Headers / 20, Headers * 9 / 10);
    }

    [Fact]
    public void Value_that_was_changed_after_it_was_added_cannot_make_a_second_line()
    {
        var random = new Random(5);
        int refused = 0;
        byte[] block = new byte[512];
        for (int i = 0; i < 5_000; i++)
        {
            string[] values = ["one", "two"];
            var headers = new NatsHeaders { { "K", new StringValues(values) }, { "L", "three" } };
            values[random.Next(2)] = Next(random);
            try
            {
                string[] lines = Encoding.UTF8.GetString(block.AsSpan(0, HeaderCodec.Write(headers, block))).Split('\n');
                Assert.Equal(["NATS/1.0\r", $"K: {Sent(values[0])}\r", $"K: {Sent(values[1])}\r", "L: three\r", "\r", ""], lines);
            }
            catch (NatsInvalidHeaderException)
            {
                refused++;
                Assert.Contains(values, value => !HeaderRules.IsValidValue(value));
            }
        }

        Assert.InRange(refused, 100, 4_900);

        // Half of a surrogate pair, which only such a change can bring, goes out as U+FFFD.
        static string Sent(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
    }

    [Fact]
    public void What_the_rules_refuse_the_collection_of_headers_refuses_too()
    {
        var random = new Random(4);
        for (int i = 0; i < 5_000; i++)
        {
            string name = Next(random), value = Next(random);
            bool isAccepted = Record.Exception(() => HeaderCodec.Measure(new NatsHeaders { [name] = value })) is null;
            Assert.Equal(HeaderRules.IsValidName(name) && HeaderRules.IsValidValue(value), isAccepted);
        }
    }

    private static bool IsAccepted(Action rule, bool expected)
    {
        if (expected)
        {
            rule();
        }

        return expected;
    }

    private static string Next(Random random)
    {
        Span<char> text = stackalloc char[random.Next(1, 12)];
        for (int i = 0; i < text.Length; i++)
        {
            text[i] = random.Next(16) == 0 ? Wild[random.Next(Wild.Length)] : Tame[random.Next(Tame.Length)];
        }

        return new string(text);
    }

    private static void AssertWords(ReadOnlySpan<byte> line, params ReadOnlySpan<string> expected)
    {
        Assert.True(line.EndsWith("\r\n"u8) && line[..^2].IndexOfAny("\r\n\0"u8) < 0);
        string[] words = Encoding.UTF8.GetString(line[..^2]).Split([' ', '\t']);
        Assert.Equal(expected.ToArray(), words);
    }
}
