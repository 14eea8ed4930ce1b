using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Earshot.Protocol;

namespace Earshot.Catalogue.Tests.Streams;

/// <summary>One operation as positions in the stream that contains it, so that streams are compared without copies.</summary>
internal readonly record struct OperationShape(int Kind, long Number, Span Subject, Span Other, Span Headers, Span Payload)
{
    public static OperationShape Of(in ServerOperation operation, ReadOnlySpan<byte> stream) => new(
        (int)operation.Kind,
        operation.Sid,
        Span.Of(operation.Subject, stream),
        Span.Of(operation.ReplyTo, stream),
        Span.Of(operation.Headers, stream),
        Span.Of(operation.Kind == ServerOperationKind.Message ? operation.Payload : operation.Text, stream));

    public static OperationShape Of(in ClientOperation operation, ReadOnlySpan<byte> stream) => new(
        (int)operation.Kind,
        operation.MaxMessages,
        Span.Of(operation.Kind == ClientOperationKind.Unsubscribe ? operation.Sid : operation.Subject, stream),
        Span.Of(operation.Kind == ClientOperationKind.Subscribe ? operation.Sid : operation.ReplyTo, stream),
        Span.Of(operation.Headers, stream),
        Span.Of(operation.Payload, stream));

    /// <summary>The same with all positions moved.</summary>
    public OperationShape Moved(int by) => this with { Subject = Subject.Moved(by), Other = Other.Moved(by), Headers = Headers.Moved(by), Payload = Payload.Moved(by) };
}

/// <summary>A part of a stream; one without bytes has no position.</summary>
internal readonly record struct Span(int Start, int Length)
{
    public static Span Of(ReadOnlySpan<byte> part, ReadOnlySpan<byte> stream) => part.IsEmpty
        ? default
        : new Span((int)Unsafe.ByteOffset(ref MemoryMarshal.GetReference(stream), ref MemoryMarshal.GetReference(part)), part.Length);

    public Span Moved(int by) => Length == 0 ? this : this with { Start = Start + by };
}
