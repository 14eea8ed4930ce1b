using System.Text;
using Earshot.Subscriptions;
using Xunit;

namespace Earshot.Client.Tests.Allocations;

/// <summary>What a request and its reply allocate, both ends on one connection, from call to reply in hand.</summary>
[Collection(nameof(IdleConnection))]
public sealed class RequestAllocationTests
{
    private const int Times = 1000;
    private static readonly byte[] s_payload = "0123456789abcdef"u8.ToArray();

    /// <summary>Two payloads of 16 bytes, 40 each, and the inbox as a string at both ends, 80 each, are the application's.</summary>
    [Fact]
    public void A_request_and_its_reply_stay_within_their_figure() => IdleConnection.Run(still =>
    {
        still.MakeRoom();
        INatsSub<byte[]> service = still.Subscribe<byte[]>("help");
        ReplyInbox inbox = still.Parts.Inbox;
        byte[] request = new byte[256];
        byte[] reply = new byte[256];
        uint generation = 0;
        long allocated = IdleConnection.Allocated(Times, () =>
        {
            ValueTask<NatsMsg<byte[]>> asked = still.Connection.RequestAsync<byte[], byte[]>("help", s_payload);
            generation++;
            still.Transport.Feed(Frame(request, "help "u8, service.Sid, inbox, generation));
            Assert.True(service.Msgs.TryRead(out NatsMsg<byte[]> received));
            IdleConnection.Done(received.ReplyAsync(s_payload));
            still.Transport.Feed(Frame(reply, [], inbox.SidNumber, inbox, generation));
            Assert.True(asked.IsCompletedSuccessfully && asked.Result.Data is { Length: 16 });
        });
        Assert.InRange(allocated / (double)Times, 0, 250);
    });

    [Fact]
    public void Request_awaited_twice_throws_and_does_not_affect_others() => IdleConnection.Run(still =>
    {
        byte[] frame = new byte[256];
        ValueTask<NatsMsg<byte[]>> first = still.Connection.RequestAsync<byte[], byte[]>("help", s_payload);
        Assert.Throws<InvalidOperationException>(() => first.GetAwaiter().GetResult());
        still.Transport.Feed(Frame(frame, [], still.Parts.Inbox.SidNumber, still.Parts.Inbox, 1));
        Assert.Equal(16, first.Result.Data!.Length);
        Assert.Throws<InvalidOperationException>(() => first.GetAwaiter().GetResult());
        ValueTask<NatsMsg<byte[]>> second = still.Connection.RequestAsync<byte[], byte[]>("help", s_payload);
        ValueTask<NatsMsg<byte[]>> third = still.Connection.RequestAsync<byte[], byte[]>("help", s_payload);
        Assert.Throws<InvalidOperationException>(() => first.GetAwaiter().GetResult());
        Assert.Equal((false, false, 2), (second.IsCompleted, third.IsCompleted, still.Parts.Inbox.InFlight));
        still.Transport.Feed(Frame(frame, [], still.Parts.Inbox.SidNumber, still.Parts.Inbox, 2));

        Assert.Equal((true, false, 1), (second.IsCompleted, third.IsCompleted, still.Parts.Inbox.InFlight));
    });

    private static ReadOnlyMemory<byte> Frame(byte[] frame, ReadOnlySpan<byte> subject, string sid, ReplyInbox inbox, uint generation) =>
        Frame(frame, subject, long.Parse(sid, System.Globalization.CultureInfo.InvariantCulture), inbox, generation);

    // "MSG help 1 _INBOX.id.token 16" or "MSG _INBOX.id.token 2 16", for the first slot; without a string of it.
    private static ReadOnlyMemory<byte> Frame(byte[] frame, ReadOnlySpan<byte> subject, long sid, ReplyInbox inbox, uint generation)
    {
        Span<byte> rest = frame;
        Put("MSG "u8, ref rest);
        if (subject.IsEmpty)
        {
            PutInbox(inbox, generation, ref rest);
        }

        Put(subject, ref rest);
        sid.TryFormat(rest, out int digits, default, System.Globalization.CultureInfo.InvariantCulture);
        rest = rest[digits..];
        Put(" "u8, ref rest);
        if (!subject.IsEmpty)
        {
            PutInbox(inbox, generation, ref rest);
        }

        Put("16\r\n"u8, ref rest);
        Put(s_payload, ref rest);
        Put("\r\n"u8, ref rest);
        return frame.AsMemory(0, frame.Length - rest.Length);
    }

    private static void PutInbox(ReplyInbox inbox, uint generation, ref Span<byte> rest)
    {
        ReadOnlySpan<char> prefix = inbox.Subject.AsSpan(0, inbox.Subject.Length - 1);
        rest = rest[Encoding.ASCII.GetBytes(prefix, rest)..];
        rest = rest[Base62.Write(generation, rest)..];
        Put(" "u8, ref rest);
    }

    private static void Put(ReadOnlySpan<byte> text, ref Span<byte> rest)
    {
        text.CopyTo(rest);
        rest = rest[text.Length..];
    }
}
