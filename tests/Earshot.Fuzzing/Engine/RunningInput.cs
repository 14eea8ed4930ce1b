using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;

namespace Earshot.Fuzzing.Engine;

/// <summary>The input that is processed, in a file that another process can read after this one has ended with a stack overflow or the like.</summary>
internal sealed class RunningInput : IDisposable
{
    private const int Capacity = 64 * 1024;
    private const int TextAt = 4;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;

    public RunningInput(string path)
    {
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, null, Capacity);
        _view = _file.CreateViewAccessor();
    }

    public void Set(byte[] input)
    {
        _view.Write(0, Math.Min(input.Length, Capacity - TextAt));
        _view.WriteArray(TextAt, input, 0, Math.Min(input.Length, Capacity - TextAt));
    }

    public static byte[] Read(string path)
    {
        byte[] bytes = File.ReadAllBytes(path);
        return bytes.AsSpan(TextAt, BinaryPrimitives.ReadInt32LittleEndian(bytes)).ToArray();
    }

    public void Dispose()
    {
        _view.Dispose();
        _file.Dispose();
    }
}
