using System.Buffers;
using System.Text;
using CsCheck;
using Xunit;

namespace Earshot.Protocol.Tests;

/// <summary>Whatever the rules accept is one operation on the wire, with the parts that went in.</summary>
public class RoundTripProperties
{
    private const int Cases = 20_000;

    // Half of the texts are tame, so that many get through; the others are made to break a line.
    private static readonly Gen<char> s_tame = Gen.Frequency((20, Gen.Char.AlphaNumeric), (4, Gen.Const('.')), (1, Gen.Char["*>$_\u00e9\u20ac"]));

    private static readonly Gen<char> s_wild = Gen.Frequency(
        (4, Gen.Char.AlphaNumeric), (4, Gen.Char[" \t\r\n\0.:*>\u007f\u0085\u2028"]), (1, Gen.Char['\ud800', '\udfff']), (2, Gen.Char));

    private static readonly Gen<string> s_text = Gen.Frequency((3, Gen.String[s_tame, 0, 40]), (1, Gen.String[s_wild, 0, 20]), (1, Gen.String[s_tame, 1, 10].Select(Gen.String[s_wild, 1, 2], (a, b) => a + b)));

    private static readonly Gen<byte[]> s_bytes = Gen.Frequency((3, Gen.Byte.Array[0, 100]), (1, Gen.Const("\r\nPUB x 0\r\n\r\n"u8.ToArray())), (1, Gen.Const("\r\n"u8.ToArray())));

    private static readonly Gen<NatsHeaders> s_headers = Gen.Select(s_text, s_text, s_text).Array[0, 5].Select(rows =>
    {
        var headers = new NatsHeaders();
        foreach ((string? name, string? first, string? second) in rows)
        {
            try
            {
                headers[name] = first.Length % 2 == 0 ? first : new[] { first, second };
            }
            catch (Exception e) when (e is NatsInvalidHeaderException or ArgumentException)
            {
                // The rules refused it, so it is no part of the property.
            }
        }

        return headers;
    });

    [Fact]
    public void An_accepted_publish_is_one_operation_with_equal_parts()
    {
        int accepted = 0;
        Gen.Select(s_text, s_text, s_headers, s_bytes, Gen.Bool).Sample(
            (subject, replyTo, headers, payload, withReply) =>
            {
                if (SubjectRules.IsValidPublish(subject) && (!withReply || SubjectRules.IsValidPublish(replyTo)))
                {
                    Interlocked.Increment(ref accepted);
                    CheckPublish(subject, withReply ? replyTo : null, headers, payload);
                }
            },
            iter: Cases);
        Assert.InRange(accepted, Cases / 10, Cases);
    }

    [Fact]
    public void An_accepted_subscription_is_one_operation_with_equal_parts()
    {
        int accepted = 0;
        Gen.Select(s_text, s_text, Gen.Bool, Gen.Long[0, long.MaxValue]).Sample(
            (subject, queueGroup, withQueue, sid) =>
            {
                if (SubjectRules.IsValidSubscribe(subject) && (!withQueue || Record.Exception(() => SubjectRules.ThrowIfInvalidQueueGroup(queueGroup, "q")) is null))
                {
                    Interlocked.Increment(ref accepted);
                    byte[] frame = new byte[ClientOperationWriter.MeasureSubscribe(subject, withQueue ? queueGroup : null)];
                    int length = ClientOperationWriter.WriteSubscribe(frame, subject, withQueue ? queueGroup : null, sid);
                    var reader = new ClientOperationReader(ProtocolLimits.Default);
                    Assert.True(reader.TryRead(frame.AsSpan(0, length), out ClientOperation operation, out int consumed));
                    Assert.Equal(length, consumed);
                    Assert.Equal(ClientOperationKind.Subscribe, operation.Kind);
                    Assert.Equal(subject, Encoding.UTF8.GetString(operation.Subject));
                    Assert.Equal(withQueue ? queueGroup : string.Empty, Encoding.UTF8.GetString(operation.QueueGroup));
                    Assert.Equal(sid, long.Parse(operation.Sid));
                }
            },
            iter: Cases);
        Assert.InRange(accepted, Cases / 10, Cases);
    }

    [Fact]
    public void Accepted_headers_round_trip_without_the_space_around_their_values()
    {
        int entries = 0;
        s_headers.Sample(
            headers =>
            {
                byte[] block = new byte[HeaderCodec.Measure(headers)];
                Assert.Equal(block.Length, HeaderCodec.Write(headers, block));
                NatsHeaders read = HeaderCodec.Parse(block);
                Assert.Equal(headers.Keys, read.Keys);
                foreach ((string? name, Microsoft.Extensions.Primitives.StringValues values) in headers)
                {
                    Interlocked.Increment(ref entries);
                    Assert.Equal(values.Select(value => value!.Trim(' ', '\t')), read[name]);
                }
            },
            iter: Cases);
        Assert.InRange(entries, Cases / 4, int.MaxValue);
    }

    [Fact]
    public void Messages_of_a_server_are_read_the_same_however_they_are_cut()
    {
        var message = Gen.Select(s_text.Where(SubjectRules.IsValidPublish), s_text.Where(SubjectRules.IsValidPublish), s_headers, s_bytes, Gen.Int[0, 3]);
        Gen.Select(message.Array[1, 4], Gen.Double[0, 1].Array[0, 4]).Sample(
            (messages, cuts) =>
            {
                var writer = new ArrayBufferWriter<byte>();
                var expected = new List<string>();
                foreach ((string? subject, string? replyTo, NatsHeaders? headers, byte[]? payload, int shape) in messages)
                {
                    expected.Add(WriteMessage(writer, subject, (shape & 1) == 0 ? null : replyTo, (shape & 2) == 0 ? null : headers, payload));
                }

                byte[] bytes = writer.WrittenSpan.ToArray();
                IOrderedEnumerable<int> places = cuts.Select(cut => (int)(cut * bytes.Length)).Order();
                Assert.Equal(string.Join('\n', expected), OperationFeed.ReadServer(bytes, places));
            },
            iter: Cases);
    }

    private static void CheckPublish(string subject, string? replyTo, NatsHeaders headers, byte[] payload)
    {
        int headersLength = headers.Count == 0 ? 0 : HeaderCodec.Measure(headers);
        byte[] frame = new byte[ClientOperationWriter.MeasurePublish(subject, replyTo, headersLength, payload.Length)];
        int length = headersLength == 0
            ? ClientOperationWriter.WritePublishHead(frame, subject, replyTo, payload.Length)
            : ClientOperationWriter.WriteHeadersPublishHead(frame, subject, replyTo, headersLength, payload.Length);
        length += headersLength == 0 ? 0 : HeaderCodec.Write(headers, frame.AsSpan(length));
        payload.CopyTo(frame, length);
        length += payload.Length;
        "\r\n"u8.CopyTo(frame.AsSpan(length));
        length += 2;

        var reader = new ClientOperationReader(ProtocolLimits.Default);
        Assert.True(reader.TryRead(frame.AsSpan(0, length), out ClientOperation operation, out int consumed));
        Assert.Equal(length, consumed);
        Assert.Equal(headersLength == 0 ? ClientOperationKind.Publish : ClientOperationKind.HeadersPublish, operation.Kind);
        Assert.Equal(subject, Encoding.UTF8.GetString(operation.Subject));
        Assert.Equal(replyTo ?? string.Empty, Encoding.UTF8.GetString(operation.ReplyTo));
        Assert.Equal(headersLength, operation.Headers.Length);
        Assert.True(operation.Payload.SequenceEqual(payload));
    }

    private static string WriteMessage(ArrayBufferWriter<byte> writer, string subject, string? replyTo, NatsHeaders? headers, byte[] payload)
    {
        string subjectText = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(subject));
        string replyText = Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(replyTo ?? string.Empty));
        string payloadText = Encoding.Latin1.GetString(payload);
        if (headers is null)
        {
            ServerOperationWriter.WriteMessage(writer, subject, 7, replyTo, payload);
            return $"MSG|{subjectText}|7|{replyText}|{payloadText}";
        }

        byte[] block = new byte[HeaderCodec.Measure(headers)];
        HeaderCodec.Write(headers, block);
        ServerOperationWriter.WriteHeadersMessage(writer, subject, 7, replyTo, block, payload);
        return $"HMSG|{subjectText}|7|{replyText}|{Encoding.Latin1.GetString(block)}|{payloadText}";
    }
}
