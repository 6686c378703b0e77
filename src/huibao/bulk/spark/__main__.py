"""Where `python -m huibao.bulk.spark` begins; `spark-submit` takes this file by its path."""

from huibao.bulk.spark.command import main

if __name__ == "__main__":
    main()
