using System.Buffers;

namespace Earshot.LoadTest.Workloads;

/// <summary>The loops of a publisher of the client under test, one for each <see cref="PublishForm"/>, so that nothing else is measured with them.</summary>
internal sealed class EarshotPublisher(NatsConnection nats, PublishInput input, Progress stop)
{
    public Task LoopAsync(Progress progress) => input.Form switch
    {
        PublishForm.Bytes => BytesAsync(progress),
        PublishForm.Memory => ValuesAsync<ReadOnlyMemory<byte>>(input.Payload, progress),
        PublishForm.Sequence => ValuesAsync(new ReadOnlySequence<byte>(input.Payload), progress),
        PublishForm.Text => TextAsync(progress),
        PublishForm.Subjects => SubjectsAsync(progress),
        PublishForm.Headers => HeadersAsync(progress),
        PublishForm.ReplyTo => ReplyToAsync(progress),
        _ => throw new InvalidOperationException($"There is no loop for {input.Form}."),
    };

    private async Task BytesAsync(Progress progress)
    {
        while (!stop.IsStopped)
        {
            await nats.PublishAsync<byte[]>(input.Subject, input.Payload);
            progress.Add(1);
        }
    }

    private async Task ValuesAsync<T>(T data, Progress progress)
        where T : struct
    {
        while (!stop.IsStopped)
        {
            await nats.PublishAsync(input.Subject, data);
            progress.Add(1);
        }
    }

    private async Task TextAsync(Progress progress)
    {
        while (!stop.IsStopped)
        {
            await nats.PublishAsync<string>(input.Subject, input.Text);
            progress.Add(1);
        }
    }

    private async Task SubjectsAsync(Progress progress)
    {
        for (int i = 0; !stop.IsStopped; i++)
        {
            await nats.PublishAsync<byte[]>(input.Subjects[i % input.Subjects.Length], input.Payload);
            progress.Add(1);
        }
    }

    private async Task HeadersAsync(Progress progress)
    {
        var headers = new NatsHeaders { [PublishInput.HeaderName] = PublishInput.HeaderValue };
        while (!stop.IsStopped)
        {
            await nats.PublishAsync<byte[]>(input.Subject, input.Payload, headers);
            progress.Add(1);
        }
    }

    private async Task ReplyToAsync(Progress progress)
    {
        while (!stop.IsStopped)
        {
            await nats.PublishAsync<byte[]>(input.Subject, input.Payload, replyTo: input.ReplyTo);
            progress.Add(1);
        }
    }
}
