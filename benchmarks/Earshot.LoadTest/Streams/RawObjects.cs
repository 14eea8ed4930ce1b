using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Earshot.LoadTest.Streams;

/// <summary>
/// The chunks of objects on a bare socket: written with as many in flight as the client has, or requested with few pulls. No digest, no
/// information, and no more than counting what comes.
/// </summary>
internal sealed class RawObjects(Socket socket, ReplyReader replies)
{
    private const int Chunk = 128 * 1024;
    private const int Window = 16;
    private const int PullBatch = 32;
    private const string Subject = $"$O.{StreamWorkload.Bucket}.C.raw";

    private readonly AckWindow _window = new(socket, replies, Wire.Frame(string.Create(CultureInfo.InvariantCulture, $"PUB {Subject} _INBOX.raw.1 {Chunk}"), new byte[Chunk]), Window);
    private bool _isWritten;
    private int _number;

    public void Put(int size, Progress progress)
    {
        do
        {
            Write(size);
            progress.Add(size >> 20);
        }
        while (!progress.IsStopped); // one at least, however long it takes
    }

    public void Get(int size, Progress progress)
    {
        if (!_isWritten)
        {
            Write(size); // in the warm-up
            _isWritten = true;
        }

        do
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"raw{++_number}");
            StreamSetup.Ask(
                socket, replies, $"$JS.API.CONSUMER.CREATE.OBJ_{StreamWorkload.Bucket}.{name}",
                $$$"""{"stream_name":"OBJ_{{{StreamWorkload.Bucket}}}","config":{"name":"{{{name}}}","deliver_policy":"all","ack_policy":"none","replay_policy":"instant","inactive_threshold":60000000000,"mem_storage":true,"filter_subject":"{{{Subject}}}"}}""");
            Read(name, size / Chunk);
            StreamSetup.Ask(socket, replies, $"$JS.API.CONSUMER.DELETE.OBJ_{StreamWorkload.Bucket}.{name}", "");
            progress.Add(size >> 20);
        }
        while (!progress.IsStopped);
    }

    // All chunks of a large object with one pull are more than the server keeps for a connection that does not read as fast.
    private void Read(string consumer, int chunks)
    {
        int requested = Math.Min(2 * PullBatch, chunks);
        Pull(consumer, requested);
        for (int received = 0; received < chunks;)
        {
            received += replies.Read(1, static (_, payload) => Check(payload.Length));
            if (requested < chunks && requested - received <= PullBatch)
            {
                int more = Math.Min(PullBatch, chunks - requested);
                Pull(consumer, more);
                requested += more;
            }
        }
    }

    private void Pull(string consumer, int batch)
    {
        byte[] body = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"batch":{{batch}},"expires":30000000000}"""));
        Wire.SendAll(socket, Wire.Frame($"PUB $JS.API.CONSUMER.MSG.NEXT.OBJ_{StreamWorkload.Bucket}.{consumer} _INBOX.raw.2 {body.Length}", body));
    }

    private static void Check(int length)
    {
        if (length != Chunk)
        {
            throw new InvalidOperationException($"A message of {length} bytes came instead of a chunk.");
        }
    }

    private void Write(int size)
    {
        _window.Run(size / Chunk);
        StreamSetup.Ask(
            socket, replies, $"$JS.API.STREAM.PURGE.OBJ_{StreamWorkload.Bucket}",
            string.Create(CultureInfo.InvariantCulture, $$"""{"filter":"{{Subject}}","keep":{{size / Chunk}}}"""));
    }
}
