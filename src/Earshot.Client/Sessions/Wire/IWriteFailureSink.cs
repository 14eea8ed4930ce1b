namespace Earshot.Sessions;

/// <summary>Who is told that a write failed; the loop has left by then.</summary>
internal interface IWriteFailureSink
{
    void WriteFailed(Exception exception);
}
