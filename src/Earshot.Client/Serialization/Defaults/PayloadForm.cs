using System.Buffers;
using System.Runtime.CompilerServices;
using Earshot.Protocol;

namespace Earshot.Serialization;

/// <summary>The form of payloads of <typeparamref name="T"/>, worked out once per type.</summary>
internal static class PayloadForm<T>
{
    public static readonly PayloadFormKind Kind = PayloadForm.Classify(typeof(T));
}

/// <summary>
/// Lets publisher and subscription pass common payloads without a copy, a box or an interface call. Decides nothing
/// about serializers but whether skipping one gives the same bytes.
/// </summary>
[ForExtensions]
internal static class PayloadForm
{
    /// <summary>
    /// The form to use with this serializer: <see cref="PayloadFormKind.Serializer"/> unless it is one whose first answer
    /// for <typeparamref name="T"/> is the bytes as they are.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static PayloadFormKind For<T>(object serializer)
    {
        PayloadFormKind kind = PayloadForm<T>.Kind;
        if (kind == PayloadFormKind.Serializer)
        {
            return kind;
        }

        // Exactly these: a type that derives from one of them may do something else.
        if (serializer.GetType() == typeof(NatsRawSerializer<T>))
        {
            return kind != PayloadFormKind.String || IsText<T>(Unsafe.As<NatsRawSerializer<T>>(serializer).Next) ? kind : PayloadFormKind.Serializer;
        }

        return kind == PayloadFormKind.String && IsText<T>(serializer) ? kind : PayloadFormKind.Serializer;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool IsText<T>(object? serializer) => serializer is not null && serializer.GetType() == typeof(NatsUtf8PrimitivesSerializer<T>);

    /// <summary>Awaits a step before ownership of the payload is taken over; if it fails, the payload is disposed here.</summary>
    public static async ValueTask<TResult> OrReleaseAsync<T, TResult>(ValueTask<TResult> step, T? data)
    {
        try
        {
            return await step.ConfigureAwait(false);
        }
        catch
        {
            Release(data!);
            throw;
        }
    }

    /// <summary>
    /// The payload as one piece of memory, if it is one. A null reference is an empty payload. An owner's memory is valid
    /// until <see cref="Release{T}"/>, which the publisher calls once the bytes are written.
    /// </summary>
    public static bool TryGetContiguous<T>(T value, out ReadOnlyMemory<byte> payload)
    {
        switch (PayloadForm<T>.Kind)
        {
            case PayloadFormKind.ByteArray:
                payload = Unsafe.As<T, byte[]?>(ref value);
                return true;
            case PayloadFormKind.Memory:
                payload = Unsafe.As<T, Memory<byte>>(ref value);
                return true;
            case PayloadFormKind.ReadOnlyMemory:
                payload = Unsafe.As<T, ReadOnlyMemory<byte>>(ref value);
                return true;
            case PayloadFormKind.Sequence:
                ref ReadOnlySequence<byte> sequence = ref Unsafe.As<T, ReadOnlySequence<byte>>(ref value);
                payload = sequence.First;
                return sequence.IsSingleSegment;
            case PayloadFormKind.MemoryOwner:
                payload = Unsafe.As<T, NatsMemoryOwner<byte>>(ref value).Memory;
                return true;
            case PayloadFormKind.AnyMemoryOwner:
                payload = value is null ? default : ((IMemoryOwner<byte>)(object)value).Memory;
                return true;
            default:
                payload = default;
                return false;
        }
    }

    /// <summary>The text of a value whose form is <see cref="PayloadFormKind.String"/>, to be encoded in place.</summary>
    public static bool TryGetText<T>(T value, out ReadOnlySpan<char> text)
    {
        if (PayloadForm<T>.Kind == PayloadFormKind.String)
        {
            text = Unsafe.As<T, string?>(ref value);
            return true;
        }

        text = default;
        return false;
    }

    /// <summary>Whether publishing a value hands it over, see <see cref="Release{T}"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsOwner<T>() => PayloadForm<T>.Kind is PayloadFormKind.MemoryOwner or PayloadFormKind.AnyMemoryOwner;

    /// <summary>Disposes a value that is an owner: publishing hands it over. Does nothing for other values.</summary>
    public static void Release<T>(T value)
    {
        switch (PayloadForm<T>.Kind)
        {
            case PayloadFormKind.MemoryOwner:
                Unsafe.As<T, NatsMemoryOwner<byte>>(ref value).Dispose();
                break;
            case PayloadFormKind.AnyMemoryOwner:
                (value as IDisposable)?.Dispose();
                break;
        }
    }

    internal static PayloadFormKind Classify(Type type)
    {
        if (type == typeof(byte[]))
        {
            return PayloadFormKind.ByteArray;
        }

        if (type == typeof(Memory<byte>))
        {
            return PayloadFormKind.Memory;
        }

        if (type == typeof(ReadOnlyMemory<byte>))
        {
            return PayloadFormKind.ReadOnlyMemory;
        }

        if (type == typeof(ReadOnlySequence<byte>))
        {
            return PayloadFormKind.Sequence;
        }

        if (type == typeof(NatsMemoryOwner<byte>))
        {
            return PayloadFormKind.MemoryOwner;
        }

        if (type == typeof(string))
        {
            return PayloadFormKind.String;
        }

        return !type.IsValueType && typeof(IMemoryOwner<byte>).IsAssignableFrom(type)
            ? PayloadFormKind.AnyMemoryOwner
            : PayloadFormKind.Serializer;
    }
}
