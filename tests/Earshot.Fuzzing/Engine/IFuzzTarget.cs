namespace Earshot.Fuzzing.Engine;

/// <summary>Code that takes bytes from outside.</summary>
internal interface IFuzzTarget
{
    /// <summary>The name of the target and of its corpus.</summary>
    string Name { get; }

    /// <summary>Inputs to begin with, besides those of the corpus.</summary>
    IReadOnlyList<byte[]> Seeds { get; }

    /// <summary>Words of the format.</summary>
    IReadOnlyList<byte[]> Words { get; }

    /// <summary>Processes an input. An exception is a finding; those that the code documents are caught here.</summary>
    void Run(ReadOnlySpan<byte> input);
}
