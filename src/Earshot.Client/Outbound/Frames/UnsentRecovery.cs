using System.Buffers;
using System.Text;
using Earshot.Protocol;

namespace Earshot.Outbound;

/// <summary>
/// Cuts a buffer of frames after a lost session. Frames delimit themselves, so the boundaries are found again here instead
/// of being recorded on the hot path. SUB, UNSUB, PING and PONG belong to the lost session and are dropped.
/// </summary>
internal static class UnsentRecovery
{
    // A limit that no frame of our own can reach: these bytes were checked when they were written.
    private static readonly ProtocolLimits s_unlimited = new() { MaxControlLine = int.MaxValue / 2, MaxHeaderBlock = int.MaxValue / 2, MaxMessage = int.MaxValue / 2 };

    /// <summary>Copies the publishes behind <paramref name="sent"/> + <paramref name="writing"/> into <paramref name="kept"/>.</summary>
    public static FrameCount KeepUnwritten(ReadOnlySpan<byte> frames, int sent, int writing, IBufferWriter<byte> kept)
    {
        var reader = new ClientOperationReader(s_unlimited);
        (long keptCount, long doubt, long doubtBytes) = (0, 0, 0);
        int at = 0;
        while (at < frames.Length && reader.TryRead(frames[at..], out ClientOperation operation, out int length))
        {
            if (operation.Kind is ClientOperationKind.Publish or ClientOperationKind.HeadersPublish)
            {
                if (at >= sent + writing)
                {
                    kept.Write(frames.Slice(at, length));
                    keptCount++;
                }
                else if (at + length > sent)
                {
                    doubt++;
                    doubtBytes += length;
                }
            }

            at += length;
        }

        return new FrameCount(keptCount, doubt, doubtBytes);
    }

    /// <summary>Removes publishes above the limit in place and returns the new length. The frames begin with the publish of number <paramref name="first"/>.</summary>
    public static int DropTooLarge(Span<byte> frames, long maxPayload, long first, List<DroppedPublish> dropped)
    {
        var reader = new ClientOperationReader(s_unlimited);
        long number = first;
        int at = 0;
        int kept = 0;
        while (at < frames.Length && reader.TryRead(frames[at..], out ClientOperation operation, out int length))
        {
            int size = operation.Headers.Length + operation.Payload.Length;
            if (size > maxPayload)
            {
                dropped.Add(new DroppedPublish(Encoding.UTF8.GetString(operation.Subject), size, number));
            }
            else
            {
                frames.Slice(at, length).CopyTo(frames[kept..]);
                kept += length;
            }

            number += operation.Kind is ClientOperationKind.Publish or ClientOperationKind.HeadersPublish ? 1 : 0;
            at += length;
        }

        return kept;
    }
}
